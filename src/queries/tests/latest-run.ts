import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { isOfKind, type Latest, VERDICTS_OF } from '../../domain/run/latest.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import { isRunIndexComplete } from '../runs/index-completeness.ts'

/** What is looked at of a history itself: rows that were just recorded are not in the index yet. */
const GLANCE = 100
/** How many are looked at, in such steps, while there is no index. */
const SEARCHED_WITHOUT_INDEX = 5_000
const STEP = 1_000

export interface LatestRun {
  /** Undefined if there is none. */
  readonly run: RunKey | undefined
  /** Set while the index of runs is being made: only so many of the newest runs were looked at. */
  readonly searchedOnly: number | undefined
}

export interface LatestBackends {
  readonly results: Pick<Results, 'history' | 'run' | 'id' | 'since'>
  readonly derived: Pick<Derived, 'newestOf' | 'position'>
}

/**
 * The newest run of a test, or the newest that passed or failed. Costs the same however long ago that was: the newest
 * rows of the history are looked at, and then the index has the answer.
 * @param before only of the runs before (exclusive) this run id
 */
export async function latestRun(
  backends: LatestBackends,
  test: TestKey,
  kind: Latest,
  before?: string,
): Promise<LatestRun> {
  const { results, derived } = backends
  const verdicts = VERDICTS_OF[kind]
  const newest = await results.history(test, {
    limit: verdicts === undefined ? 1 : GLANCE,
    ...(before !== undefined && { before }),
  })
  const seen = newest.find(run => isOfKind(kind, run))
  if (seen !== undefined || verdicts === undefined || newest.length < GLANCE) return found(seen)
  if (!(await isRunIndexComplete(backends))) return searchHistory(results, test, kind, before)
  const indexed = await derived.newestOf(test, verdicts, before)
  return found(indexed && (await results.run(indexed)))
}

const found = (run: RunKey | undefined): LatestRun => ({ run, searchedOnly: undefined })

async function searchHistory(
  results: Pick<Results, 'history'>,
  test: TestKey,
  kind: Latest,
  begin: string | undefined,
): Promise<LatestRun> {
  let before = begin
  for (let searched = 0; searched < SEARCHED_WITHOUT_INDEX; searched += STEP) {
    const runs = await results.history(test, { limit: STEP, ...(before !== undefined && { before }) })
    const run = runs.find(one => isOfKind(kind, one))
    if (run !== undefined || runs.length < STEP) return found(run)
    before = runs.at(-1)?.runId
  }
  return { run: undefined, searchedOnly: SEARCHED_WITHOUT_INDEX }
}
