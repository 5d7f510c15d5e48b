import { describe, expect, it } from 'vitest'
import { effort, fc } from '../../test/fuzz.ts'
import { address, formEncoded } from './address.ts'

describe('what stands behind the question mark', () => {
  it.each([
    ['plain-1.0_a*', 'plain-1.0_a*'],
    ['two words', 'two+words'],
    ['glibc/2.36~rc1+b1', 'glibc%2F2.36%7Erc1%2Bb1'],
    [`!'()~%20&=#é`, '%21%27%28%29%7E%2520%26%3D%23%C3%A9'],
    ['half a character \ud800', 'half+a+character+%EF%BF%BD'],
  ])('has %j as %s', (text, encoded) => {
    expect(formEncoded(text)).toBe(encoded)
  })

  it('is what URLSearchParams writes and reads, of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), text => {
        expect(`a=${formEncoded(text)}`).toBe(new URLSearchParams({ a: text }).toString())
      }),
      effort(2000),
    )
  })

  it('is in the order given, without what has no value', () => {
    const page = address('/find/:name', 'q', 'trigger', 'limit', 'none', 'empty')
    const query = { q: 'a b', trigger: ['x/1', '', 'y/2'], limit: 0, none: undefined, empty: '' }
    expect(page.href({ name: 'é/x' }, query)).toBe(
      '/find/%C3%A9%2Fx?q=a+b&trigger=x%2F1&trigger=y%2F2&limit=0',
    )
    expect(page.href({ name: 'x' }, { none: undefined, trigger: [] })).toBe('/find/x')
  })
})
