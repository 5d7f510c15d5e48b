import type { Backends } from '../backends/index.ts'
import { distributionContainer } from '../domain/container.ts'
import { Unavailable } from '../domain/errors.ts'
import type { Log } from '../log.ts'
import { downloadAllResults } from '../operations/download-all-results.ts'

type Parts = Pick<Backends, 'results' | 'state' | 'store'>

const RETRY_MS = 30_000
const OTHERS_MS = 2_000
const PROGRESS_MS = 10_000
/** The lock's name too: of several websites that start on one empty database, one fills it. */
const POINT = 'fill-empty-database'

/**
 * Whether the database is to be filled from the store: it is empty, or a filling was broken off. Remembers the answer in the
 * database, so that the first completion that comes in does not hide that the rest is missing.
 */
export async function isToBeFilled({ results, state }: Parts): Promise<boolean> {
  const name = `${POINT}/${await results.id()}`
  if ((await state.point(name)) !== undefined) return true
  if ((await results.newest({ limit: 1, offset: 0 })).length > 0) return false
  await state.setPoint(name, 'begun')
  return true
}

/** Fills the database from the store, or waits until somebody else has; tries again until all of it could be read. */
export async function fillFromStore(
  backends: Parts,
  releases: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { state } = backends
  const name = `${POINT}/${await backends.results.id()}`
  while (!signal.aborted && (await state.point(name)) !== undefined) {
    try {
      await state.withLock(POINT, async lost => {
        await downloadOnce(backends, releases, log, AbortSignal.any([signal, lost]))
        await state.setPoint(name, undefined)
      })
      // Whoever holds the lock may have been killed: it lets go of it then, and it is for us
      if ((await state.point(name)) !== undefined) await wait(OTHERS_MS, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Unavailable)) throw error
      log.warn({ err: error, retryInSeconds: RETRY_MS / 1000 }, 'the store is away; filling goes on later')
      await wait(RETRY_MS, signal)
    }
  }
}

async function downloadOnce(
  backends: Parts,
  releases: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  log.info({ releases }, 'the database is filled from the store')
  let said = performance.now()
  const summary = await downloadAllResults(backends, releases.map(distributionContainer), {
    signal,
    onProgress(progress) {
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

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
