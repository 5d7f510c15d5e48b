import type { Failure } from '../../../domain/log/failure/failure.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { numberTests } from '../../sql/postgres/number-tests.ts'
import type { Ask, PostgresPool } from '../../sql/postgres/postgres.ts'
import { finishWork } from '../../sql/postgres/work.ts'
import type { Derived, QueuedDetails } from '../derived.ts'
import { keepFailures } from '../sql/keep-failures.ts'
import { derivedBuilder } from '../sql/tables.ts'
import { type DetailRow, detailRow, LONGEST_WAIT_MS, missingRow, storedDetails } from '../stored-details.ts'
import { CHANGES } from './change-channel.ts'

const FRESH = `SELECT t.release, t.arch, t.package, w.run_id AS "runId", 0 AS attempts
  FROM (SELECT run_id, test FROM derived.detail_queue ORDER BY run_id DESC LIMIT $1) AS w
  JOIN derived.test AS t ON t.id = w.test`
const DUE = `SELECT t.release, t.arch, t.package, r.run_id AS "runId", r.attempts
  FROM (SELECT run_id, test, attempts FROM derived.retry WHERE at <= $1 OR at > $2
    ORDER BY at LIMIT $3) AS r
  JOIN derived.test AS t ON t.id = r.test`
const PUT = `INSERT INTO derived.detail(test, run_id, reason, subtests, log) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (test, run_id) DO UPDATE
  SET reason = excluded.reason, subtests = excluded.subtests, log = excluded.log, failure_rules = NULL`
const DETAIL = `SELECT t.id, d.test IS NOT NULL AS kept, d.reason, d.subtests, d.log,
    EXISTS (SELECT FROM derived.detail_queue AS w WHERE w.run_id = $4 AND w.test = t.id)
    OR EXISTS (SELECT FROM derived.retry AS r WHERE r.run_id = $4 AND r.test = t.id) AS waits
  FROM derived.test AS t LEFT JOIN derived.detail AS d ON d.test = t.id AND d.run_id = $4
  WHERE t.package = $1 AND t.release = $2 AND t.arch = $3`
const UNWANT = `WITH
  wanted AS (DELETE FROM derived.detail_queue WHERE run_id = $1 AND test = $2 RETURNING 1),
  retry AS (DELETE FROM derived.retry WHERE run_id = $1 AND test = $2 RETURNING attempts)
  SELECT (SELECT count(*) FROM wanted) + (SELECT count(*) FROM retry) AS waited,
    coalesce((SELECT attempts FROM retry), 0) AS attempts`
const POSTPONE = 'INSERT INTO derived.retry(run_id, test, attempts, at) VALUES ($1, $2, $3, $4)'

type Details = Pick<Derived, 'queuedDetails' | 'saveDetails' | 'missDetails' | 'details' | 'backlog'>

/** The details of single runs besides their rows, and the queue of runs that wait for them. */
export function postgresDetails(pool: PostgresPool): Details {
  /** Takes a run out of the queue; `put` settles it, and returns how many more are then waiting. */
  const settle = (run: RunKey, put: (ask: Ask, test: number, attempts: number) => Promise<number>) =>
    pool.transaction(async ask => {
      // Lock the row of the progress first, as indexing does: otherwise there would be a deadlock
      await ask('SELECT FROM derived.progress FOR UPDATE')
      const [test] = (await numberTests(ask, 'derived', [run])) as [number]
      const [before] = await ask<{ waited: number; attempts: number }>(UNWANT, [run.runId, test])
      const waiting = await put(ask, test, before?.attempts ?? 0)
      await ask('UPDATE derived.progress SET backlog = backlog + $1', [waiting - (before?.waited ?? 0)])
      await ask(`NOTIFY ${CHANGES}`)
    })
  const { put } = keepFailures(derivedBuilder('postgres'))
  const keep = (run: RunKey, { reason, subtests, log }: DetailRow, failures?: readonly Failure[]) =>
    settle(run, async (ask, test) => {
      await ask(PUT, [test, run.runId, reason, subtests, log])
      await finishWork(ask, put({ test, runId: run.runId }, failures))
      return 0
    })

  return {
    async queuedDetails(now, limit) {
      const due = await pool.ask<QueuedDetails>(DUE, [now, new Date(now.getTime() + LONGEST_WAIT_MS), limit])
      const fresh = await pool.ask<QueuedDetails>(FRESH, [limit])
      return [...due, ...fresh].sort((a, b) => (a.runId < b.runId ? 1 : -1)).slice(0, limit)
    },
    saveDetails: (run, details, failures) => keep(run, detailRow(details), failures),
    missDetails(run, reason, retryAt) {
      if (retryAt === undefined) return keep(run, missingRow(reason))
      return settle(run, async (ask, test, attempts) => {
        await ask(POSTPONE, [run.runId, test, attempts + 1, retryAt])
        return 1
      })
    },
    async details(run) {
      const [row] = await pool.ask<DetailRow & { kept: boolean; waits: boolean }>(DETAIL, [
        run.package,
        run.release,
        run.arch,
        run.runId,
      ])
      if (row?.kept) return storedDetails(row)
      return row?.waits ? { state: 'wanted' } : undefined
    },
    async backlog() {
      const [row] = await pool.ask<{ backlog: number }>('SELECT backlog FROM derived.progress')
      return row?.backlog ?? 0
    },
  }
}
