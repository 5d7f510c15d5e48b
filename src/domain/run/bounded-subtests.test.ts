import { describe, expect, it } from 'vitest'
import { boundSubtests } from './bounded-subtests.ts'
import { parseSummary } from './subtest.ts'

describe('the subtests that are kept of a run', () => {
  it('are all of them, as they are, in a real one', () => {
    const all = parseSummary('a PASS\nb FAIL non-zero exit status 1\nc SKIP\n')
    expect(boundSubtests(all)).toEqual({ subtests: all, left: 0 })
  })

  it('are first those that did not pass, in their order, where there are too many', () => {
    const lines = Array.from(
      { length: 15_000 },
      (_, n) => `${n.toString(16)} ${n % 5_000 === 4_999 ? 'FAIL' : 'PASS'}`,
    )
    const { subtests, left } = boundSubtests(parseSummary(lines.join('\n')))
    expect([subtests.length, left]).toEqual([5_000, 10_000])
    expect(subtests.filter(({ result }) => result === 'FAIL').map(({ name }) => name)).toEqual([
      '1387',
      '270f',
      '3a97',
    ])
    expect(subtests[0]?.name).toBe('0')
    const stored = boundSubtests(parseSummary(lines.join('\n')), 1)
    expect(boundSubtests(stored.subtests)).toEqual({ subtests, left: 1 })
  })

  it('have names and reasons of some length, one by one and together', () => {
    const long = '&'.repeat(4_000)
    const all = parseSummary(Array.from({ length: 4_000 }, (_, n) => `${n}${long} FAIL ${long}`).join('\n'))
    const { subtests, left } = boundSubtests(all)
    expect(JSON.stringify(subtests).length).toBeLessThan(800_000)
    expect(left).toBe(4_000 - subtests.length)
    expect(boundSubtests(boundSubtests(all, 1).subtests).left).toBe(1)
    expect(subtests[0]?.detail).toBe(`${long.slice(0, 1_000)}…`)
  })
})
