import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { isOfKind, type Latest, VERDICTS_OF } from '../../domain/run/latest.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import { isRunIndexComplete } from '../runs/index-completeness.ts'

/**
 * The number of rows that are read from the history itself: rows that were just recorded are not in the index
 * yet.
 */
const GLANCE = 100
/** The number of rows that are searched while there is no index, and in each step. */
const SEARCHED_WITHOUT_INDEX = 5_000
const STEP = 1_000

export interface LatestRun {
  /** Undefined if there is none. */
  readonly run: RunKey | undefined
  /** Set while the index of runs is being made: only this number of the newest runs was searched. */
  readonly searchedOnly: number | undefined
}

export interface LatestBackends {
  readonly results: Pick<Results, 'history' | 'run' | 'id' | 'since'>
  readonly derived: Pick<Derived, 'newestOf' | 'position'>
}

/**
 * The newest run of a test, or the newest that passed or failed. The cost does not depend on how long ago
 * that was: the newest rows of the history are read, and then the index.
 * @param before only runs before (exclusive) this run id
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
