import { Forbidden } from '../domain/errors.ts'
import { backupDatabases, isBackupDue } from '../operations/backups/backup-databases.ts'
import type { Daemon } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'backup-db'
const LOOK_SECONDS = 10 * 60

type Used = 'results' | 'state' | 'published' | 'store'

/** Puts a backup of the databases into the store each day, and removes old ones. */
export const backupDb: Daemon<Used> = backupDaily(LOOK_SECONDS)

/** Looks so often whether a backup is due; a process that just began has other things to do, and waits once. */
export function backupDaily(seconds: number): Daemon<Used> {
  return {
    name: NAME,
    async start(deps) {
      let looks = 0
      let isReadOnly = false
      return every<Used>(
        { seconds },
        {
          name: NAME,
          async run({ backends, log }, signal) {
            looks += 1
            if (isReadOnly || looks === 1) return undefined
            try {
              const now = new Date()
              if (!(await isBackupDue(backends.store, now))) return undefined
              const backup = await backupDatabases(backends, now, signal)
              if (backup !== undefined) log.info(backup, 'the databases are backed up')
            } catch (error) {
              if (!(error instanceof Forbidden)) throw error
              isReadOnly = true
              log.warn({}, 'no backups are made: the object store is read-only here')
            }
            return undefined
          },
        },
      ).start(deps)
    },
  }
}
