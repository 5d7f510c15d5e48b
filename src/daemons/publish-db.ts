import { publishDatabase } from '../operations/publish-database.ts'
import { refreshCurrentVersions } from '../operations/refresh-current-versions.ts'
import { type Daemon, together } from './daemon.ts'
import { every } from './every.ts'

const NAME = 'publish-db'

/**
 * Publishes the results database each minute in which it changed, and keeps `current_version` up to date with the
 * archive. The two do not wait for each other: an archive that is slow or away leaves the old rows.
 */
export const publishDb: Daemon<'results' | 'state' | 'published' | 'archive'> = {
  name: NAME,
  async start(deps) {
    return together(NAME, [await publishing().start(deps), await refreshing().start(deps)])
  },
}

function publishing() {
  let version: string | undefined
  return every<'results' | 'state' | 'published'>(
    { seconds: 60 },
    {
      name: NAME,
      async run({ backends, log }, signal) {
        const done = await publishDatabase(backends, version, signal)
        version = done.version
        if (done.outcome === 'published') log.info({}, 'the results database is published')
        if (done.outcome === 'busy') log.debug({}, 'somebody else is publishing')
        return undefined
      },
    },
  )
}

function refreshing() {
  let complained = false
  return every<'results' | 'state' | 'archive'>(
    { seconds: 60 },
    {
      name: NAME,
      async run({ backends, settings, log }, signal) {
        const refreshed = await backends.state.withLock('refresh-current-versions', lost =>
          refreshCurrentVersions(backends, settings.releases, AbortSignal.any([signal, lost])),
        )
        if (refreshed === undefined || signal.aborted) return undefined
        const { changed, failures } = refreshed
        if (changed > 0) log.info({ indexes: changed }, 'versions in the archive are read')
        if (failures.length > 0 && !complained) {
          log.warn({ failures }, 'versions in the archive cannot be read; the old ones stay until they can')
        } else if (failures.length === 0 && complained) {
          log.info({}, 'versions in the archive can be read again')
        }
        complained = failures.length > 0
        return undefined
      },
    },
  )
}
