import type { Derived } from '../../backends/derived/derived.ts'
import type { FirstFailure } from '../../backends/derived/failures.ts'
import type { KeptTransition, NewsFilter } from '../../backends/derived/news.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { type RunKey, testId } from '../../domain/test/test.ts'
import { parseTrigger, splitTriggers } from '../../domain/trigger/trigger.ts'
import { type FailuresOfRuns, failuresOfRuns } from '../failures/failures-of-runs.ts'

/** A test that turned: the run whose verdict differs from the one before it. */
export interface NewsItem extends Pick<KeptTransition, 'from' | 'to' | 'learned'> {
  readonly run: Run
  readonly before: Run
  /** Why it failed, if it did and the reason is known. */
  readonly failure: FirstFailure | undefined
}

export interface NewsPage {
  readonly items: readonly NewsItem[]
  /** The moment to continue from; undefined if there is nothing new. */
  readonly next: number | undefined
}

export interface NewsBackends {
  readonly results: Pick<Results, 'runs'>
  readonly derived: Pick<Derived, 'news' | 'failures'>
}

/** The number of entries in a feed. */
const LATEST = 100

/** The latest news, newest first. */
export async function latestNews(backends: NewsBackends, filter: NewsFilter): Promise<NewsPage> {
  const found = await backends.derived.news.latest(filter, LATEST)
  return { items: await itemsOf(backends, found), next: found[0]?.learned }
}

/** The news learned after a moment, in that order. */
export async function newsSince(
  backends: NewsBackends,
  filter: NewsFilter,
  learned: number,
  limit: number,
): Promise<NewsPage> {
  const found = await backends.derived.news.since(filter, learned, limit)
  return { items: await itemsOf(backends, found), next: found.at(-1)?.learned }
}

/** The items of transitions, without those of which a row no longer exists: the next count removes them. */
async function itemsOf(backends: NewsBackends, found: readonly KeptTransition[]): Promise<NewsItem[]> {
  const keys = found.flatMap(one => [one, { ...one, runId: one.before }])
  const runs = new Map((await backends.results.runs(keys)).map(run => [idOf(run), run]))
  const failures: FailuresOfRuns = await failuresOfRuns(backends, [...runs.values()])
  return found.flatMap(({ from, to, learned, ...key }) => {
    const [run, before] = [runs.get(idOf(key)), runs.get(idOf({ ...key, runId: key.before }))]
    if (run === undefined || before === undefined) return []
    return [{ run, before, from, to, learned, failure: failures.get(run) }]
  })
}

const idOf = (run: RunKey): string => `${testId(run)}/${run.runId}`

/** Whether a run matches the filter. */
export function isAbout({ packages, release, arch, source, requester }: NewsFilter, run: Run): boolean {
  const fits = (wanted: string | undefined, is: string | null) => wanted === undefined || wanted === is
  return (
    (packages === undefined || packages.includes(run.package)) &&
    fits(release, run.release) &&
    fits(arch, run.arch) &&
    fits(requester, run.requester) &&
    (source === undefined || splitTriggers(run.triggers).some(one => parseTrigger(one)?.source === source))
  )
}
