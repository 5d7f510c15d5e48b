import Database from 'better-sqlite3'
import { BadInput, Conflict } from '../../../domain/errors.ts'
import type { Run } from '../../../domain/run/run.ts'
import type { Log } from '../../../log.ts'
import { openPostgres, type PostgresPool } from '../../sql/postgres/postgres.ts'
import { storableJson } from '../../sql/storable.ts'
import { recordRuns } from './record.ts'

const BATCH = 2_000
const OTHERS = `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'autopkgtest-web %'
  AND datname = current_database() AND pid <> ALL($1::integer[])`
const CLEAR = [
  'DELETE FROM results.result',
  'DELETE FROM results.test',
  'DELETE FROM results.current_version',
  'DELETE FROM results.url_last_checked',
]
const ROWS = `SELECT t.release, t.arch, t.package, r.run_id AS runId, r.version, r.triggers, r.duration, r.exitcode,
  r.requester, r.env FROM result r CROSS JOIN test t WHERE t.id = r.test_id ORDER BY r.rowid`

/**
 * Records the contents of a copy of the published file on a server, in its order, and gives the server's
 * database the id of the copy. {@link Conflict} if anybody else is connected, or, unless `force`, there are
 * results.
 */
export async function restorePostgresResults(
  { url, log }: { readonly url: string; readonly log: Log },
  copy: string,
  force: boolean,
): Promise<void> {
  const pool = await openPostgres({ url, log, database: 'results', connections: 1 })
  const file = new Database(copy, { readonly: true })
  try {
    await checkAlone(pool)
    const [row] = await pool.ask('SELECT 1 FROM results.result LIMIT 1')
    if (row !== undefined && !force)
      throw new Conflict('the database holds results: --force replaces them with the backup')
    for (const statement of CLEAR) await pool.askLong(statement, [])
    await recordAll(pool, file, log)
    await copyArchive(pool, file)
    const id = file.pragma('application_id', { simple: true }) as number
    await pool.ask('UPDATE results.database SET id = $1', [id.toString(16).padStart(8, '0')])
  } finally {
    file.close()
    await pool.close()
  }
}

async function checkAlone(pool: PostgresPool): Promise<void> {
  const own = await pool.ask<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const others = await pool.ask(OTHERS, [own.map(({ pid }) => pid)])
  if (others.length > 0)
    throw new Conflict('the database is in use: stop every website and daemon of it first')
}

async function recordAll(pool: PostgresPool, file: Database.Database, log: Log): Promise<void> {
  let batch: Run[] = []
  const record = async () => {
    await recordRuns(pool, batch).catch(async error => {
      if (!(error instanceof BadInput)) throw error
      for (const run of batch) {
        await recordRuns(pool, [run]).catch(reason => {
          if (!(reason instanceof BadInput)) throw reason
          log.warn({ reason: reason.message }, 'a row of the backup cannot be stored')
        })
      }
    })
    batch = []
  }
  for (const row of file.prepare(ROWS).iterate()) {
    batch.push(row as Run)
    if (batch.length >= BATCH) await record()
  }
  await record()
}

async function copyArchive(pool: PostgresPool, file: Database.Database): Promise<void> {
  for (const table of ['current_version', 'url_last_checked']) {
    const rows = file.prepare(`SELECT * FROM ${table}`).all()
    await pool.askLong(
      `INSERT INTO results.${table} SELECT * FROM json_populate_recordset(NULL::results.${table}, $1::json)`,
      [storableJson(rows)],
    )
  }
}
