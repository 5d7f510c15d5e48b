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
    const judged = fc.sample(fc.tuple(version, version), 150).map(([a, b]) => {
      const sign = Math.sign(compareVersions(a, b))
      return `${a} ${sign < 0 ? 'lt' : sign > 0 ? 'gt' : 'eq'} ${b}`
    })
    // One process for all of them: on a busy machine each would take long
    const disagreeing =
      'while read -r a is b; do dpkg --compare-versions "$a" "$is" "$b" || echo "$a $is $b"; done'
    const shell = spawnSync('sh', ['-c', disagreeing], { input: `${judged.join('\n')}\n`, encoding: 'utf8' })
    expect([shell.status, shell.stdout]).toEqual([0, ''])
  })
})
