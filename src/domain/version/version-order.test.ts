import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { compareVersions } from './version-order.ts'

describe('the order of versions', () => {
  it.each([
    ['1.0', '1.0-1', -1],
    ['1.0~rc1', '1.0', -1],
    ['1:0.1', '2.0', 1],
    ['1.0', '1.00', 0],
    ['1.0-1ubuntu2', '1.0-1ubuntu10', -1],
    ['1.0+b1', '1.0', 1],
    ['0', '00~~', 1],
  ])('%s to %s is %i', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign)
  })

  const hasDpkg = spawnSync('dpkg', ['--version']).status === 0

  it.runIf(hasDpkg)('is that of dpkg', () => {
    const version = fc
      .tuple(
        fc.constantFrom('', '0:', '1:'),
        fc.array(fc.constantFrom('0', '1', '9', '10', 'a', 'Z', '.', '+', '~'), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.constantFrom('', '-1', '-0', '-1~', '-1ubuntu2'),
      )
      .map(([epoch, upstream, revision]) => `${epoch}0${upstream.join('')}${revision}`)
    fc.assert(
      fc.property(version, version, (a, b) => {
        const sign = Math.sign(compareVersions(a, b))
        const relation = sign < 0 ? 'lt' : sign > 0 ? 'gt' : 'eq'
        expect(spawnSync('dpkg', ['--compare-versions', a, relation, b]).status).toBe(0)
      }),
      { numRuns: 150 },
    )
  })
})
