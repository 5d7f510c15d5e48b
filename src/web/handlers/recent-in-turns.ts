import pLimit from 'p-limit'
import type { RunFilter } from '../../backends/derived/derived.ts'
import { turn } from '../../domain/time/turns.ts'
import { type RecentResults, recentResults } from '../../queries/runs/recent-results.ts'
import type { Paging } from '../parameters/paging.ts'
import type { Web } from '../web.ts'

/** Rows that are read at once: a few milliseconds. */
const AT_ONCE = 1000
/** From here on the databases read off this thread, and begin at the first row each time. */
const FAR = 50_000

/**
 * Lists of ten thousand rows take about twenty megabytes each while they are made: this many are made at once, and
 * others wait.
 */
const makeLong = pLimit(2)

const isLong = ({ limit }: Paging): boolean => limit > AT_ONCE

/** Makes a page with a list: a long one when it is its turn, others at once. */
export function makeList<T>(paging: Paging, make: () => Promise<T>): Promise<T> {
  return isLong(paging) ? makeLong(make) : make()
}

/**
 * {@link recentResults} of very many, read in pieces with a turn before each. A run that comes meanwhile repeats none.
 */
export async function recentInTurns(
  web: Pick<Web, 'results' | 'derived'>,
  filter: RunFilter,
  { limit, offset }: Paging,
): Promise<RecentResults> {
  if (!isLong({ limit, offset }) || offset + limit > FAR) return recentResults(web, filter, { limit, offset })
  const runs = new Map<string, RecentResults['runs'][number]>()
  for (let at = 0; ; at += AT_ONCE) {
    await turn()
    const part = await recentResults(web, filter, {
      limit: Math.min(AT_ONCE, limit - at),
      offset: offset + at,
    })
    for (const run of part.runs) runs.set(`${run.package} ${run.release} ${run.arch} ${run.runId}`, run)
    if (!part.more || at + AT_ONCE >= limit) return { ...part, runs: [...runs.values()] }
  }
}
