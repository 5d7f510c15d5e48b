import type { Backends } from '../../../backends/index.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { distributionContainer } from '../../../domain/run/container.ts'
import { pause } from '../../../domain/time/pause.ts'
import type { Log } from '../../../log.ts'
import { downloadAllResults } from '../../../operations/ingest/download-all-results.ts'
import { isFilled, noteFilled } from '../../../operations/ingest/first-fill.ts'
import type { Progress } from '../daemons-thread.ts'

type Parts = Pick<Backends, 'results' | 'state' | 'store'>

const RETRY_MS = 30_000
const OTHERS_MS = 2_000
const PROGRESS_MS = 10_000
/** Of several websites that start on one empty database, one fills it. */
const LOCK = 'fill-empty-database'

/** Whether the database is to be filled from the store: it was empty, or a filling was broken off. */
export const isToBeFilled = async (backends: Parts): Promise<boolean> => !(await isFilled(backends))

interface FillOptions {
  readonly log: Log
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/**
 * Fills the database from the store, or waits until another process has; retries until all of the store could be read.
 */
export async function fillFromStore(
  backends: Parts,
  releases: readonly string[],
  options: FillOptions,
): Promise<void> {
  const { log, signal } = options
  while (!signal.aborted && !(await isFilled(backends))) {
    try {
      await backends.state.withLock(LOCK, async lost => {
        await downloadOnce(backends, releases, { ...options, signal: AbortSignal.any([signal, lost]) })
        await noteFilled(backends)
      })
      // The holder of the lock may have been killed: then the lock expires, and is ours
      if (!(await isFilled(backends))) await pause(OTHERS_MS, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Unavailable)) throw error
      log.warn(
        { err: error, retryInSeconds: RETRY_MS / 1000 },
        'the store is unavailable; filling continues later',
      )
      await pause(RETRY_MS, signal)
    }
  }
}

async function downloadOnce(
  backends: Parts,
  releases: readonly string[],
  { log, signal, onProgress = () => {} }: FillOptions,
): Promise<void> {
  log.info({ releases }, 'the database is filled from the store')
  let said = performance.now()
  const summary = await downloadAllResults(backends, releases.map(distributionContainer), {
    signal,
    onProgress(progress) {
      onProgress({ done: progress.fetched, total: progress.wanted, what: `runs of ${progress.container}` })
      if (performance.now() - said < PROGRESS_MS) return
      said = performance.now()
      log.info({ ...progress }, 'the database is being filled')
    },
  })
  for (const container of summary.missing) log.warn({ container }, 'there is no such container')
  for (const { name, reason } of summary.broken) log.warn({ run: name, reason }, 'a run cannot be read')
  const { new: found, known, left, broken } = summary
  log.info({ new: found, known, left, broken: broken.length }, 'the database has been filled')
}
