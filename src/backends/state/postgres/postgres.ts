import { endInTurn } from '../../../domain/ending.ts'
import type { Log } from '../../../log.ts'
import { openPostgres, type PostgresPool } from '../../sql/postgres/postgres.ts'
import { postgresTables } from '../../sql/postgres/work.ts'
import { CLOCK_SLACK_MS, LEASE_MS, type Leases, lockByLease } from '../lease.ts'
import { sqlAccounts } from '../sql/accounts.ts'
import { sqlGithubJobs } from '../sql/github-jobs.ts'
import { sqlQueueSamples } from '../sql/queue-samples.ts'
import { sqlRequests } from '../sql/requests.ts'
import { sqlSigning } from '../sql/signing.ts'
import type { State } from '../state.ts'
import { postgresDump } from './dump.ts'
import { postgresNotes } from './notes.ts'

/** Locks are renewed, and sessions are looked up, while claims wait for their turn. */
const CONNECTIONS = 5

/** Opens the state on a PostgreSQL server. */
export async function postgresState({ url, log }: { url: string; log: Log }): Promise<State> {
  const pool = await openPostgres({ url, log, database: 'state', connections: CONNECTIONS })
  const sql = postgresTables(pool)
  const { notes, close: closeNotes } = await postgresNotes(pool, log)
  return {
    accounts: sqlAccounts(sql),
    requests: sqlRequests(sql),
    githubJobs: sqlGithubJobs(sql),
    signing: sqlSigning(sql),
    queueSamples: sqlQueueSamples(sql),
    notes,
    async point(name) {
      const [row] = await pool.ask<{ value: string }>('SELECT value FROM state.point WHERE name = $1', [name])
      return row?.value
    },
    async setPoint(name, value) {
      if (value === undefined) await pool.ask('DELETE FROM state.point WHERE name = $1', [name])
      else await pool.ask(PUT, [name, value])
    },
    withLock: lockByLease(postgresLeases(pool), log),
    ...postgresDump(pool),
    check: async () => [],
    state: pool.state,
    close: () => endInTurn([closeNotes, pool.close]),
  }
}

const PUT = `INSERT INTO state.point(name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/** As on SQLite, but by the server's clock. */
const HOLD = `INSERT INTO state.lease(name, holder, until) VALUES ($1, $2, now() + $3 * interval '1 ms')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE lease.holder = excluded.holder OR lease.until < now() OR lease.until > excluded.until + $4 * interval '1 ms'
  RETURNING name`

function postgresLeases(pool: PostgresPool): Leases {
  return {
    hold: async (name, holder) => (await pool.ask(HOLD, [name, holder, LEASE_MS, CLOCK_SLACK_MS])).length > 0,
    async release(name, holder) {
      await pool.ask('DELETE FROM state.lease WHERE name = $1 AND holder = $2', [name, holder])
    },
  }
}
