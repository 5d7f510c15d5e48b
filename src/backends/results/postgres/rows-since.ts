import type { Run } from '../../../domain/run/run.ts'
import type { Ask, PostgresPool } from '../../sql/postgres/postgres.ts'

/** A run with its place among all rows. */
export interface PlacedRun extends Run {
  readonly xact: string
  readonly rowid: number
  readonly testId: number
}

const ROWS = `SELECT t.release, t.arch, t.package, r.run_id AS "runId", r.version, r.triggers, r.duration, r.exitcode,
    r.requester, r.env, r.xact::text AS xact, r.rowid, r.test_id AS "testId"
  FROM results.result AS r JOIN results.test AS t ON t.id = r.test_id
  WHERE (r.xact, r.rowid) > ($1::text::xid8, $2)`
const SINCE = `${ROWS} AND r.xact < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY r.xact, r.rowid LIMIT $3`
const KEPT_BACK = `${ROWS} AND r.xact >= pg_snapshot_xmin(pg_current_snapshot())`

/**
 * Rows in the order of their transactions. Rows of transactions that are not older than every running one
 * wait: an older transaction may still add rows. A position whose row no longer exists begins again at the
 * start.
 */
export async function readRowsSince(
  ask: Ask,
  position: string | undefined,
  limit: number,
): Promise<{ rows: PlacedRun[]; position: string | undefined }> {
  const [xact, rowid] = await placeOf(ask, position)
  const rows = await ask<PlacedRun>(SINCE, [xact, rowid, limit])
  const last = rows.at(-1)
  const unmoved = xact === '0' ? undefined : position
  return { rows, position: last === undefined ? unmoved : `${last.xact} ${last.rowid}` }
}

/**
 * Visible rows that {@link readRowsSince} keeps back while an older transaction is running; few, and
 * unordered.
 */
export function readKeptBack(ask: Ask): Promise<PlacedRun[]> {
  return ask<PlacedRun>(KEPT_BACK, ['0', 0])
}

async function placeOf(ask: Ask, position: string | undefined): Promise<[xact: string, rowid: number]> {
  const found = /^(\d{1,19}) (\d{1,15})$/.exec(position ?? '')
  if (found === null) return ['0', 0]
  const [, xact, rowid] = found as unknown as [string, string, string]
  const rows = await ask('SELECT 1 FROM results.result WHERE rowid = $2 AND xact = $1::text::xid8', [
    xact,
    rowid,
  ])
  return rows.length === 0 ? ['0', 0] : [xact, Number(rowid)]
}

const IS_FOREIGN = 'xact >= pg_snapshot_xmax(pg_current_snapshot())'
const NEWEST = `SELECT ${IS_FOREIGN} AS "isForeign" FROM results.result ORDER BY xact DESC, rowid DESC LIMIT 1`
const ADOPT = `WITH
  forgotten AS (DELETE FROM results.removal WHERE ${IS_FOREIGN}),
  adopted AS (UPDATE results.result SET xact = pg_current_xact_id() WHERE ${IS_FOREIGN} RETURNING 1)
  SELECT count(*) AS adopted FROM adopted`

/**
 * Rows from a dump have the transaction ids of another server, and would never be given: they get a new one,
 * and are given again. Returns the number of such rows.
 */
export async function adoptForeignRows(pool: Pick<PostgresPool, 'ask' | 'askLong'>): Promise<number> {
  const [newest] = await pool.ask<{ isForeign: boolean }>(NEWEST)
  if (newest?.isForeign !== true) return 0
  const [row] = await pool.askLong<{ adopted: number }>(ADOPT, [])
  return row?.adopted ?? 0
}
