import type { Results } from '../../backends/results/results.ts'
import type { State } from '../../backends/state/state.ts'
import type { Store } from '../../backends/store/store.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { addTallies, downloadPoints, EMPTY_TALLY, type Tally } from './download-point.ts'
import { runFetcher } from './fetch-runs.ts'
import { type ListedRuns, listRuns } from './listed-runs.ts'
import { type ReadRun, readStoredRun } from './read-stored-run.ts'

interface Deps {
  readonly store: Pick<Store, 'list' | 'get'>
  readonly results: Pick<Results, 'id' | 'unknownOf' | 'record'>
  readonly state: Pick<State, 'point' | 'setPoint'>
}

export interface DownloadOptions {
  /** Runs that are fetched at once (default {@link PARALLEL}). */
  readonly parallel?: number
  /** Whether env, and triggers that `result.tar` lacks, are read from the heads of logs (default true). */
  readonly logHeads?: boolean
  /** Reads the files of a run (default: from the store, in this thread). */
  readonly readRun?: ReadRun
  readonly signal: AbortSignal
  readonly onProgress?: (progress: DownloadProgress) => void
}

export interface DownloadProgress {
  readonly container: string
  /** Runs seen in the listing so far. */
  readonly listed: number
  /** Of these, runs that were unknown, and how many of them are done with. */
  readonly wanted: number
  readonly fetched: number
}

/** What this call did. */
export interface DownloadSummary extends Tally {
  /** The same since the download began, with what calls did that were stopped: up to their resume points. */
  readonly sinceItBegan: Tally
  /** Containers that do not exist. */
  readonly missing: readonly string[]
}

/** Enough to keep a store busy that takes its time for each answer. */
export const PARALLEL = 24
/** Keys of one question to the database. */
const ASK = 1000

/**
 * Fills the results database from containers: lists each, and fetches and records the runs that have no row. It can
 * be stopped at any time, and resumes at its checkpoint.
 */
export async function downloadAllResults(
  deps: Deps,
  containers: readonly string[],
  options: DownloadOptions,
): Promise<DownloadSummary> {
  let [tally, sinceItBegan] = [EMPTY_TALLY, EMPTY_TALLY]
  const missing: string[] = []
  for (const container of containers) {
    const found = await downloadContainer(deps, container, options)
    if (found === undefined) missing.push(container)
    else {
      tally = addTallies(tally, found.now)
      sinceItBegan = addTallies(sinceItBegan, addTallies(found.before, found.now))
    }
  }
  return { ...tally, sinceItBegan, missing }
}

/** Undefined if there is no such container. */
async function downloadContainer(
  { store, results, state }: Deps,
  container: string,
  options: DownloadOptions,
): Promise<{ readonly before: Tally; readonly now: Tally } | undefined> {
  const { parallel = PARALLEL, logHeads = true, signal, onProgress = () => {} } = options
  const readRun: ReadRun = options.readRun ?? ((...run) => readStoredRun(store, ...run))
  const points = downloadPoints(state, await results.id(), container)
  const from = await points.read()
  const pages = await listRuns(store, container, from === undefined ? {} : { marker: from.marker })
  if (pages === undefined) return undefined

  const progress = { container, listed: 0, wanted: 0, fetched: 0 }
  const onFetched = () => {
    progress.fetched++
    onProgress(progress)
  }
  const stop = new AbortController()
  const fetchRuns = runFetcher({ readRun, results }, container, {
    parallel,
    logHeads,
    signal: AbortSignal.any([signal, stop.signal]),
    onFetched,
  })
  const earlier = from?.tally ?? EMPTY_TALLY
  let tally = EMPTY_TALLY

  async function downloadPage(page: ListedRuns, before: Promise<void>): Promise<void> {
    const unknown = await unknownOf(results, page.runs)
    progress.listed += page.runs.length
    progress.wanted += unknown.length
    onProgress(progress)
    const fetched = await fetchRuns(unknown)
    // A page that is done with before the one before it does not move the resume point past that one
    await before
    tally = addTallies(
      tally,
      addTallies(fetched, { ...EMPTY_TALLY, known: page.runs.length - unknown.length }),
    )
    await points.write({ marker: page.marker, tally: addTallies(earlier, tally) })
  }

  // Two pages are in progress at once: while the rest of one is fetched, the next is listed and started
  let [last, beforeLast] = [Promise.resolve(), Promise.resolve()]
  try {
    for await (const page of pages) {
      await beforeLast
      ;[beforeLast, last] = [last, downloadPage(page, last)]
      last.catch(() => {})
    }
    await last
  } catch (error) {
    stop.abort(error)
    await Promise.allSettled([beforeLast, last])
    throw error
  }
  await points.forget()
  return { before: earlier, now: tally }
}

async function unknownOf(results: Pick<Results, 'unknownOf'>, runs: readonly RunKey[]): Promise<RunKey[]> {
  const unknown: RunKey[] = []
  for (let at = 0; at < runs.length; at += ASK)
    unknown.push(...(await results.unknownOf(runs.slice(at, at + ASK))))
  return unknown
}
