import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { askedWith, hasSucceeded, isRetryOf } from '../../domain/run/attempts.ts'
import type { Run } from '../../domain/run/run.ts'
import { runIdTime } from '../../domain/run/run-id.ts'
import { LOOKED_BACK_MS } from '../../domain/run/steadiness.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** The number of runs that failed in this way that are examined, the newest ones, */
const RUNS = 100
/** the number of their tests, */
const TESTS = 20
/** and the number of runs of each test after the first of them. */
const AFTER = 100

/** How often a retry passed after runs that failed in one way: the newest of them, within a year. */
export async function rescuesOfFailure(
  backends: {
    readonly results: Pick<Results, 'history' | 'run'>
    readonly derived: Pick<Derived, 'failures'>
  },
  address: string,
): Promise<{ readonly passed: number; readonly retries: number }> {
  const failed = await backends.derived.failures.runsOf(address, { limit: RUNS, offset: 0 })
  const newest = runIdTime(failed[0]?.runId ?? '')
  const inYear = failed.filter(({ runId }) => (newest ?? 0) - (runIdTime(runId) ?? 0) <= LOOKED_BACK_MS)
  const tests = [...Map.groupBy(inYear, run => `${run.package} ${run.release} ${run.arch}`).values()]
  const rescues = await Promise.all(tests.slice(0, TESTS).map(runs => rescuesOfTest(backends.results, runs)))
  const all = rescues.flat()
  return { passed: all.filter(passed => passed).length, retries: all.length }
}

/** Whether each retry of these runs of one test passed. */
async function rescuesOfTest(
  results: Pick<Results, 'history' | 'run'>,
  runs: readonly RunKey[],
): Promise<boolean[]> {
  const oldest = runs.at(-1) as RunKey
  const [first, after] = await Promise.all([
    results.run(oldest),
    results.history(oldest, { limit: AFTER, after: oldest.runId }),
  ])
  const ids = new Set(runs.map(({ runId }) => runId))
  const last = new Map<string, Run>()
  const rescues: boolean[] = []
  for (const run of [...after, ...(first === undefined ? [] : [first])].reverse()) {
    const asked = askedWith(run)
    const previous = last.get(asked)
    last.set(asked, run)
    if (previous === undefined || !ids.has(previous.runId) || !isRetryOf(previous, run)) continue
    rescues.push(hasSucceeded(run) === true)
  }
  return rescues
}
