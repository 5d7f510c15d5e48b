import { describe, expect, it } from 'vitest'
import { chooseEncoding } from './encoding.ts'

describe('the encoding of an answer', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['x-gzip', 'gzip'],
    ['deflate', 'identity'],
    ['identity', 'identity'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['GZIP;Q=0.8', 'gzip'],
    ['gzip;q=nonsense', 'identity'],
    [',;,q=', 'identity'],
  ])('%s gets %s', (header, encoding) => {
    expect(chooseEncoding(header)).toBe(encoding)
    expect(chooseEncoding(header), 'asked again').toBe(encoding)
  })

  it('does not remember headers without end', () => {
    for (let n = 0; n < 1000; n++) expect(chooseEncoding(`gzip, made-up-${n}`)).toBe('gzip')
    expect(chooseEncoding(`br, ${'x'.repeat(10_000)}`)).toBe('identity')
  })
})
