import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasPassed, isRetryable, verdictOf } from '../../domain/run/verdict.ts'
import type { TestKey } from '../../domain/test/test.ts'
import { queuedRequests, type WaitingRequest } from '../queues/queued.ts'
import { type RunningTest, runningTests } from '../queues/running.ts'

/** Where a page of a history begins: at the newest run, before a run id, or after one. */
export interface HistoryPlace {
  readonly before?: string | undefined
  readonly after?: string | undefined
}

export interface TestHistory {
  readonly test: TestKey
  /** Newest first. */
  readonly rows: readonly { readonly run: Run; readonly retry: boolean }[]
  /** The run ids after and before which the neighbouring pages begin, if those exist. */
  readonly newer: string | undefined
  readonly older: string | undefined
  /** The latest state of the test; undefined on pages other than the first. */
  readonly streak: Streak | undefined
  readonly running: readonly RunningTest[]
  readonly waiting: readonly WaitingRequest[]
}

/** How long its state has been the same. */
export interface Streak {
  readonly passing: boolean
  readonly runs: number
  /** The first run with the same state. */
  readonly since: Run
  /** The run before, with another state; undefined if it is not on the page. */
  readonly changedFrom: Run | undefined
}

const RUNS_PER_PAGE = 100

/** A page of the runs of one test, and on the first page its current activity. */
export async function testHistory(
  backends: { results: Pick<Results, 'history'>; snapshots: Pick<Snapshots, 'running' | 'queued'> },
  test: TestKey,
  place: HistoryPlace,
): Promise<TestHistory> {
  const { runs, newer, older } = await readPage(backends.results, test, place)
  const isFirst = newer === undefined
  const here = (one: TestKey): boolean => one.release === test.release && one.arch === test.arch
  return {
    test,
    rows: withRetries(runs),
    newer,
    older,
    streak: isFirst ? streakOf(runs) : undefined,
    running: isFirst ? (runningTests(backends).byPackage.get(test.package) ?? []).filter(here) : [],
    waiting: isFirst ? queuedRequests(backends).ofPackage(test.package).filter(here) : [],
  }
}

async function readPage(
  results: Pick<Results, 'history'>,
  test: TestKey,
  { before, after }: HistoryPlace,
): Promise<{ runs: Run[]; newer: string | undefined; older: string | undefined }> {
  const limit = RUNS_PER_PAGE + 1
  if (after !== undefined && before === undefined) {
    const found = await results.history(test, { limit, after })
    if (found.length > RUNS_PER_PAGE) {
      const runs = found.slice(1)
      const last = runs.at(-1) as Run
      const [older] = await results.history(test, { limit: 1, before: last.runId })
      return { runs, newer: runs[0]?.runId, older: older && last.runId }
    }
    // Too few for a page of their own: the newest page includes them.
  }
  const isFirst = before === undefined
  const found = await results.history(test, isFirst ? { limit } : { limit, before })
  const runs = found.slice(0, RUNS_PER_PAGE)
  const first = runs[0]
  const older = found.length > RUNS_PER_PAGE ? runs.at(-1)?.runId : undefined
  if (isFirst || first === undefined) return { runs, newer: undefined, older }
  const [newer] = await results.history(test, { limit: 1, after: first.runId })
  return { runs, newer: newer && first.runId, older }
}

/** Offers a retry once for each version and triggers, at their newest run, if that one may be retried. */
function withRetries(runs: readonly Run[]): { run: Run; retry: boolean }[] {
  const seen = new Set<string>()
  return runs.map(run => {
    const asked = `${run.version} ${run.triggers}`
    const retry = !seen.has(asked) && isRetryable(verdictOf(run.exitcode))
    seen.add(asked)
    return { run, retry }
  })
}

const passes = (run: Run): boolean => hasPassed(verdictOf(run.exitcode))

function streakOf(runs: readonly Run[]): Streak | undefined {
  const newest = runs[0]
  if (newest === undefined) return undefined
  const passing = passes(newest)
  const end = runs.findIndex(run => passes(run) !== passing)
  const alike = end === -1 ? runs.length : end
  return { passing, runs: alike, since: runs[alike - 1] as Run, changedFrom: runs[alike] }
}
