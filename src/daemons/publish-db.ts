import { pause } from '../domain/time/pause.ts'
import { endIfStoreIsEmpty, UNFILLED } from '../operations/ingest/first-fill.ts'
import { publishDatabase } from '../operations/publish/publish-database.ts'
import {
  type KnownIndexes,
  refreshCurrentVersions,
  UNTOLD_MS,
} from '../operations/publish/refresh-current-versions.ts'
import { type Daemon, type DaemonDeps, together } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'publish-db'

/** How soon the end of the first fill is noticed, whichever process does it. */
const UNFILLED_MS = 1000
/** How often the store is checked for being empty. */
const EMPTY_MS = 30_000

type Used = 'results' | 'state' | 'store' | 'published'

/**
 * Publishes the results database each minute in which it changed, and keeps `current_version` up to date with the
 * archive. The two do not wait for each other: an archive that is slow or away leaves the old rows. Before the database
 * has been filled from the store for the first time nothing is published, and then at once.
 */
export const publishDb: Daemon<Used | 'archive'> = {
  name: NAME,
  async start(deps) {
    return together(NAME, [await publishing().start(deps), await refreshing().start(deps)])
  },
}

function publishing() {
  let version: string | undefined
  let waits = false
  let askedAt = -Infinity

  /** Until the database is filled, or there is nothing to fill it with. */
  async function wait({ backends, settings, log }: DaemonDeps<Used>, signal: AbortSignal): Promise<void> {
    if (!waits) log.info({ reason: UNFILLED }, 'nothing has been published yet')
    waits = true
    if (performance.now() - askedAt >= EMPTY_MS) {
      askedAt = performance.now()
      if (await endIfStoreIsEmpty(backends, settings.releases)) {
        log.info({}, 'the store is empty: there is nothing to fill the database with')
        return
      }
    }
    await pause(UNFILLED_MS, signal)
  }

  return every<Used>(
    { seconds: 60 },
    {
      name: NAME,
      async run(deps, signal) {
        const { backends, log } = deps
        const done = await publishDatabase(backends, version, signal)
        if (done.outcome === 'unfilled') {
          await wait(deps, signal)
          return 'again'
        }
        waits = false
        version = done.version
        if (done.outcome === 'published') log.info({}, 'the results database is published')
        if (done.outcome === 'busy') log.debug({}, 'another process is publishing')
        return undefined
      },
    },
  )
}

function refreshing() {
  const known: KnownIndexes = new Map()
  let complained = false
  let explained = false
  return every<'results' | 'state' | 'archive'>(
    { seconds: 60 },
    {
      name: NAME,
      async run({ backends, settings, log }, signal) {
        const refreshed = await backends.state.withLock('refresh-current-versions', lost =>
          refreshCurrentVersions(backends, settings.releases, AbortSignal.any([signal, lost]), known),
        )
        if (refreshed === undefined || signal.aborted) return undefined
        const { changed, untold, failures } = refreshed
        if (changed > 0) log.info({ indexes: changed }, 'the versions in the archive have been read')
        if (untold.length > 0 && !explained) {
          log.info(
            { indexes: untold.length, example: untold[0], minutes: UNTOLD_MS / 60_000 },
            'the archive does not tell whether indexes have changed (no Last-Modified, no ETag, or it sends the same again): they are read only so often',
          )
          explained = true
        }
        if (failures.length > 0 && !complained) {
          log.warn(
            { failures },
            'the versions in the archive cannot be read; the old ones stay in use until then',
          )
        } else if (failures.length === 0 && complained) {
          log.info({}, 'the versions in the archive can be read again')
        }
        complained = failures.length > 0
        return undefined
      },
    },
  )
}
