import { describe, expect, it } from 'vitest'
import { aRun, type RunBuilder } from '../../../test/builders/run.ts'
import { fc } from '../../../test/fuzz.ts'
import { lineageOf } from './attempts.ts'
import type { Run } from './run.ts'
import { runIdTime } from './run-id.ts'
import { LOOKED_BACK_MS, steadinessOf } from './steadiness.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
/** A run of one test, `hours` hours after the first. */
const at = (hours: number, run: RunBuilder = aRun()) =>
  run.endedAt(new Date(START + hours * HOUR).toISOString())
const fails = (hours: number) => at(hours).failing()
const passes = (hours: number) => at(hours)
const reference = (run: RunBuilder) => run.triggeredBy('migration-reference/0')

describe('how steady a test is', () => {
  it('a proven flake is a pass and a failure with the same within 48 hours', () => {
    const [from, to] = [fails(0), passes(48)]
    expect(steadinessOf([to, from])).toMatchObject({
      flakes: 1,
      lastFlake: { from: from.runId, to: to.runId },
    })
    expect(steadinessOf([fails(0), passes(48.1)]).flakes).toBe(0)
  })

  it.each<[string, RunBuilder]>([
    ['another version', passes(1).of('hello', '9')],
    ['other triggers', passes(1).triggeredBy('glibc/1')],
    ['another environment', passes(1).allProposed()],
    ['a neutral result', passes(1).neutral()],
    ['a testbed that failed', passes(1).tmpfailing()],
  ])('%s proves nothing', (_, other) => {
    expect(steadinessOf([fails(0), other]).flakes).toBe(0)
  })

  it('the order of triggers and variables does not matter', () => {
    const one = fails(0).triggeredBy('a/1', 'b/2').with({ env: 'all-proposed=1,testname=x' })
    const other = passes(1).triggeredBy('b/2', 'a/1').with({ env: 'testname=x,all-proposed=1' })
    expect(steadinessOf([one, other])).toMatchObject({ flakes: 1, retries: 1, rescued: 1 })
  })

  it('of the reference alone the verdict must change twice', () => {
    const once = [reference(fails(0)), reference(passes(1))]
    expect(steadinessOf(once).flakes).toBe(0)
    expect(steadinessOf([...once, reference(fails(2))]).flakes).toBe(1)
    expect(steadinessOf([...once, reference(fails(60))]).flakes).toBe(0)
  })

  it('a retry follows a failure with the same within thirty days, whatever lies between', () => {
    const between = at(1).triggeredBy('other/1')
    const runs = [fails(0), between, fails(2), passes(3).lasting(600), passes(4)]
    expect(steadinessOf(runs)).toMatchObject({ retries: 2, rescued: 1, retrySeconds: 671 })
    expect(steadinessOf([fails(0), passes(24 * 30 + 1)]).retries).toBe(0)
    expect(steadinessOf([at(0).tmpfailing(), passes(1)]).retries).toBe(0)
    expect(steadinessOf([fails(0), at(1).tmpfailing(), passes(2)])).toMatchObject({ retries: 1, rescued: 0 })
  })

  it('a transition is another verdict than before, of the reference by itself', () => {
    const runs = [passes(0), reference(fails(1)), passes(2), at(3).tmpfailing(), fails(4), at(5).neutral()]
    expect(steadinessOf(runs).transitions).toBe(2)
  })

  it('reaches back a year from the newest run', () => {
    const year = LOOKED_BACK_MS / HOUR
    expect(steadinessOf([fails(0), passes(1), passes(year)]).flakes).toBe(1)
    expect(steadinessOf([fails(0), passes(1), passes(year + 0.5)])).toMatchObject({ flakes: 0, runs: 2 })
    expect(steadinessOf([])).toMatchObject({ runs: 0, flakes: 0, lastFlake: undefined })
  })

  it('is what a naive count says of any history', () => {
    const run = fc
      .record({
        hours: fc.integer({ min: 0, max: 24 * 400 }),
        exitcode: fc.constantFrom(0, 0, 2, 4, 4, 6, 8, 12, 14, 16, 20, 99, -15),
        version: fc.constantFrom('1', '2'),
        triggers: fc.constantFrom('a/1', 'a/1 b/1', 'b/1 a/1', 'migration-reference/0'),
        env: fc.constantFrom('', null, 'all-proposed=1'),
        duration: fc.constantFrom(null, 60, 61.5),
      })
      .map(({ hours, ...columns }) => at(hours).with(columns))
    fc.assert(
      fc.property(fc.array(run, { maxLength: 40 }), runs => {
        // Dense histories, too: half of them within a week
        expect(steadinessOf(runs)).toEqual(naive(runs))
        const dense = runs.map((one, n) => at(n * 7).with({ ...one, runId: at(n * 7).runId }))
        expect(steadinessOf(dense)).toEqual(naive(dense))
      }),
    )
  })
})

/** A literal implementation of the definitions, which compares each run with each. */
function naive(all: readonly Run[]) {
  const time = (run: Run) => runIdTime(run.runId) as number
  const newest = Math.max(0, ...all.map(time))
  const runs = all
    .filter(run => time(run) >= newest - 365 * 24 * HOUR)
    .sort((a, b) => (a.runId < b.runId ? -1 : 1))
  const words = (text: string | null, by: string) => (text ?? '').split(by).filter(Boolean).sort().join()
  const same = (a: Run, b: Run) =>
    a.version === b.version &&
    words(a.triggers, ' ') === words(b.triggers, ' ') &&
    words(a.env, ',') === words(b.env, ',')
  const said = ({ exitcode }: Run) =>
    [0, 2].includes(exitcode as number)
      ? 'pass'
      : [4, 6, 12, 14, 20].includes(exitcode as number)
        ? 'fail'
        : ''
  const flakes: { from: string; to: string }[] = []
  let [retries, rescued, retrySeconds, transitions] = [0, 0, 0, 0]
  for (const [place, run] of runs.entries()) {
    const earlier = runs.slice(0, place)
    const alike = earlier.filter(one => same(one, run))
    const previous = alike.at(-1)
    if (previous && said(previous) === 'fail' && time(run) - time(previous) <= 30 * 24 * HOUR) {
      retries += 1
      if (said(run) === 'pass') rescued += 1
      retrySeconds += Math.trunc(run.duration ?? 0)
    }
    const telling = alike.filter(one => said(one) !== '')
    const before = telling.at(-1)
    const isFirst = before === undefined || said(run) === '' || said(before) === said(run)
    if (!isFirst && run.triggers !== 'migration-reference/0' && time(run) - time(before) <= 48 * HOUR)
      flakes.push({ from: before.runId, to: run.runId })
    if (!isFirst && run.triggers === 'migration-reference/0') {
      const other = telling.findLast(one => said(one) === said(run))
      // The change before this one began with that run
      if (other !== undefined && time(run) - time(other) <= 48 * HOUR)
        flakes.push({ from: other.runId, to: run.runId })
    }
    const told = (one: Run) =>
      [16, 99].includes(one.exitcode as number)
        ? ''
        : one.exitcode === 8
          ? 'neutral'
          : said(one) === 'pass'
            ? 'pass'
            : 'failure'
    const isReference = (one: Run) => words(one.triggers, ' ').includes('migration-reference/0')
    const last = earlier.findLast(one => told(one) !== '' && isReference(one) === isReference(run))
    if (told(run) !== '' && last !== undefined && told(last) !== told(run)) transitions += 1
  }
  const lastFlake = flakes.sort((a, b) => (a.to < b.to ? -1 : 1)).at(-1)
  return { runs: runs.length, flakes: flakes.length, lastFlake, retries, rescued, retrySeconds, transitions }
}

describe('the attempts of one request', () => {
  it('are counted with who asked, past runs that were asked with something else', () => {
    const first = fails(0).by('britney')
    const runs = [fails(3).by('alice'), at(2).triggeredBy('x/1'), fails(1).by('britney'), first]
    expect(lineageOf(fails(4).by('bob'), runs)).toEqual({
      attempt: 4,
      requesters: [
        { name: 'britney', times: 2 },
        { name: 'alice', times: 1 },
        { name: 'bob', times: 1 },
      ],
    })
    expect(lineageOf(first, []).attempt).toBe(1)
    expect(lineageOf(fails(24 * 40), runs).attempt).toBe(1)
  })
})
