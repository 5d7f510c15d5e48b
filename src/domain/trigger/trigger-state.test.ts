import { describe, expect, it } from 'vitest'
import { parseTrigger, type Trigger } from './trigger.ts'
import {
  type CountedRun,
  countedVersion,
  countsFor,
  stateAfter,
  stateOfExitcode,
  type TriggerState,
  wellFormedTriggers,
} from './trigger-state.ts'

describe('an exit code', () => {
  it.each([
    [0, 'pass'],
    [2, 'pass'],
    [8, 'neutral'],
    [4, 'fail'],
    [6, 'fail'],
    [12, 'fail'],
    [14, 'fail'],
    [20, 'fail'],
    [16, 'fail'],
    [99, 'fail'],
    [1, 'fail'],
    [-15, 'fail'],
    [null, 'fail'],
  ] as const)('%s is a %s', (exitcode, state) => {
    expect(stateOfExitcode(exitcode)).toBe(state)
  })
})

describe('the version that a run counts with', () => {
  it.each([
    ['2.10-3', 0, '2.10-3'],
    ['blacklisted', 99, 'blacklisted'],
    ['unknown', 16, 'unknown'],
    ['', 4, 'unknown'],
    ['', 12, 'unknown'],
    [null, 20, 'unknown'],
    ['', 0, undefined],
    ['', 16, undefined],
    [null, 99, undefined],
    ['', 14, undefined],
    ['', null, undefined],
  ] as const)('%j with exit code %s is %s', (version, exitcode, counted) => {
    expect(countedVersion({ version, exitcode })).toBe(counted)
  })
})

describe('the triggers that a run counts for', () => {
  const of = (triggers: string | null, version = '2.0-1', packageName = 'hello') =>
    wellFormedTriggers({ triggers }).filter(text =>
      countsFor({ package: packageName }, version, parseTrigger(text) as Trigger),
    )

  it('are all that it has, each once', () => {
    expect(of('glibc/2.39 perl/5.38  glibc/2.39\tmigration-reference/0')).toEqual([
      'glibc/2.39',
      'perl/5.38',
      'migration-reference/0',
    ])
    expect(of(null)).toEqual([])
    expect(of('')).toEqual([])
  })

  it('are those with exactly one slash and something on both sides', () => {
    expect(of('glibc a/b/c /1 x/ // perl/5')).toEqual(['perl/5'])
  })

  it.each([
    ['2.0-1', '2.0-1', true],
    ['2.0-2', '2.0-1', true],
    ['2.0-1', '2.0-2', false],
    ['2.0~rc1-1', '2.0-1', false],
    ['1:1.0-1', '2.0-1', true],
    // Letters are above digits: an unknown version counts
    ['unknown', '2.0-1', true],
    ['blacklisted', '1:2.0-1', false],
  ])('of version %s: its own upload %s counts: %s', (tested, uploaded, counts) => {
    expect(of(`hello/${uploaded} glibc/9`, tested)).toEqual(
      counts ? [`hello/${uploaded}`, 'glibc/9'] : ['glibc/9'],
    )
  })

  it('are read as far as a request may be long, and none of them in half', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => `source-${n}/1.0-${n}`)
    const counted = of(many.join(' '))
    expect(counted.length).toBeGreaterThan(1000)
    expect(counted).toEqual(many.slice(0, counted.length))
    expect(of(`${'x'.repeat(400)}/1 perl/5`)).toEqual(['perl/5'])
  })
})

describe('the state of a trigger', () => {
  const run = (day: number, exitcode: number): CountedRun => ({
    runId: `2026090${day}_101112_abcde@`,
    exitcode,
    version: '1',
  })
  const stateOf = (runs: readonly CountedRun[], isReference: boolean) =>
    runs.reduce<TriggerState | undefined>((state, one) => stateAfter(state, one, isReference), undefined)

  it.each([
    // exit codes by day, the state, the day that decided; then the same for the baseline
    [[4], 'fail', 1, 'fail', 1],
    [[4, 0], 'pass', 2, 'pass', 2],
    [[0, 4], 'pass', 1, 'fail', 2],
    [[0, 4, 8], 'pass', 1, 'neutral', 3],
    [[0, 4, 2], 'pass', 3, 'pass', 3],
    [[8, 4], 'fail', 2, 'fail', 2],
    [[4, 8], 'neutral', 2, 'neutral', 2],
    [[0, 16], 'pass', 1, 'fail', 2],
    [[0, 99], 'pass', 1, 'fail', 2],
    [[8, 16], 'fail', 2, 'fail', 2],
  ] as const)(
    'of runs %j is a %s by run %i; as the baseline a %s by run %i',
    (codes, state, by, reference, referenceBy) => {
      const runs = codes.map((code, index) => run(index + 1, code))
      for (const order of [runs, runs.toReversed()]) {
        expect(stateOf(order, false)).toEqual({ state, decidedBy: runs[by - 1] })
        expect(stateOf(order, true)).toEqual({ state: reference, decidedBy: runs[referenceBy - 1] })
      }
    },
  )
})
