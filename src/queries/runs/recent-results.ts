import type { Derived, RunFilter } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRunIndexComplete } from './index-completeness.ts'

export interface RecentResults {
  readonly runs: readonly Run[]
  /** Whether there may be more after these. */
  readonly more: boolean
  /**
   * Set while the index of runs is being made: only this number of the newest runs was searched, and older
   * ones may be missing.
   */
  readonly searchedOnly: number | undefined
}

/** The number of runs that are searched without an index, and in each step. */
const SEARCHED_WITHOUT_INDEX = 40_000
const STEP = 2_000

/**
 * The newest runs that match every given filter, by run id as text. Without a filter they come from the
 * results database; with filters from the derived index if it is complete.
 */
export async function recentResults(
  backends: { results: Results; derived: Derived },
  filter: RunFilter,
  page: { limit: number; offset: number },
): Promise<RecentResults> {
  const { results, derived } = backends
  const oneMore = { limit: page.limit + 1, offset: page.offset }
  if (Object.keys(filter).length === 0) return cut(await results.newest(oneMore), page.limit)
  if (await isRunIndexComplete(backends)) {
    return cut(await results.runs(await derived.newest(filter, oneMore)), page.limit)
  }
  const found = await searchNewest(results, filter, oneMore)
  return { ...cut(found, page.limit), searchedOnly: SEARCHED_WITHOUT_INDEX }
}

const cut = (runs: readonly Run[], limit: number): RecentResults => ({
  runs: runs.slice(0, limit),
  more: runs.length > limit,
  searchedOnly: undefined,
})

async function searchNewest(
  results: Results,
  filter: RunFilter,
  page: { limit: number; offset: number },
): Promise<Run[]> {
  const wanted = page.offset + page.limit
  const found: Run[] = []
  for (let offset = 0; offset < SEARCHED_WITHOUT_INDEX && found.length < wanted; offset += STEP) {
    const runs = await results.newest({ limit: STEP, offset })
    found.push(...runs.filter(run => matches(run, filter)))
    if (runs.length < STEP) break
  }
  return found.slice(page.offset, wanted)
}

function matches(run: Run, filter: RunFilter): boolean {
  return (
    (filter.release === undefined || run.release === filter.release) &&
    (filter.arch === undefined || run.arch === filter.arch) &&
    (filter.requester === undefined || run.requester === filter.requester) &&
    (filter.exitcodes === undefined || (run.exitcode !== null && filter.exitcodes.includes(run.exitcode)))
  )
}
