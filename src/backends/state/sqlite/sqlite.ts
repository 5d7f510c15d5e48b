import type { Log } from '../../../log.ts'
import { checkFile } from '../../sql/sqlite/check-file.ts'
import { openSqlite, type SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { sqliteTables } from '../../sql/sqlite/work.ts'
import { CLOCK_SLACK_MS, LEASE_MS, type Leases, lockByLease } from '../lease.ts'
import { sqlAccounts } from '../sql/accounts.ts'
import { sqlGithubJobs } from '../sql/github-jobs.ts'
import { sqlQueueSamples } from '../sql/queue-samples.ts'
import { sqlRequests } from '../sql/requests.ts'
import { sqlSigning } from '../sql/signing.ts'
import type { State } from '../state.ts'
import { sqliteDump } from './dump.ts'
import { sqliteNotes } from './notes.ts'

/** Opens the state file. */
export async function sqliteState({ file, log }: { file: string; log: Log }): Promise<State> {
  const sqlite = openSqlite({ file, log, database: 'state', rebuildable: false })
  const sql = sqliteTables(sqlite)
  return {
    accounts: sqlAccounts(sql),
    requests: sqlRequests(sql),
    githubJobs: sqlGithubJobs(sql),
    signing: sqlSigning(sql),
    queueSamples: sqlQueueSamples(sql),
    notes: sqliteNotes(sqlite),
    async point(name) {
      return sqlite.get<{ value: string }>('SELECT value FROM point WHERE name = ?', [name])?.value
    },
    async setPoint(name, value) {
      sqlite.transaction(() => {
        if (value === undefined) sqlite.writing('DELETE FROM point WHERE name = ?').run(name)
        else sqlite.writing('INSERT OR REPLACE INTO point(name, value) VALUES (?, ?)').run(name, value)
      })
    },
    withLock: lockByLease(sqliteLeases(sqlite), log),
    ...sqliteDump(sqlite),
    check: () => checkFile(file),
    state: async () => sqlite.state(),
    close: async () => sqlite.close(),
  }
}

const HOLD = `INSERT INTO lease(name, holder, until) VALUES (@name, @holder, @until)
  ON CONFLICT(name) DO UPDATE SET holder = @holder, until = @until
  WHERE lease.holder = @holder OR lease.until < @now OR lease.until > @until + @slack`

/**
 * Milliseconds since boot, the same for all processes of the host, which are the only users of the file, and
 * independent of changes of the clock. A lease from before the boot is in the future, and so does not count
 * for long.
 */
const uptimeMs = () => Number(process.hrtime.bigint() / 1_000_000n)

function sqliteLeases(sqlite: SqliteFile): Leases {
  return {
    async hold(name, holder) {
      const now = uptimeMs()
      const row = { name, holder, now, until: now + LEASE_MS, slack: CLOCK_SLACK_MS }
      return sqlite.transaction(() => sqlite.writing(HOLD).run(row).changes > 0)
    },
    async release(name, holder) {
      sqlite.transaction(() =>
        sqlite.writing('DELETE FROM lease WHERE name = ? AND holder = ?').run(name, holder),
      )
    },
  }
}
