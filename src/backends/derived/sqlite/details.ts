import type { Failure } from '../../../domain/log/failure/failure.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { finishWork } from '../../sql/sqlite/work.ts'
import type { Derived, QueuedDetails, StoredDetails } from '../derived.ts'
import { keepFailures } from '../sql/keep-failures.ts'
import { derivedBuilder } from '../sql/tables.ts'
import { type DetailRow, detailRow, LONGEST_WAIT_MS, missingRow, storedDetails } from '../stored-details.ts'
import type { SqliteNames } from './name-numbers.ts'

const FRESH = `SELECT t.release, t.arch, t.package, w.run_id AS runId, 0 AS attempts
  FROM detail_queue w CROSS JOIN test t WHERE t.id = w.test ORDER BY w.run_id DESC LIMIT ?`
const DUE = `SELECT t.release, t.arch, t.package, r.run_id AS runId, r.attempts
  FROM retry r CROSS JOIN test t WHERE (r.at <= ? OR r.at > ?) AND t.id = r.test ORDER BY r.at LIMIT ?`
const PUT = `INSERT OR REPLACE INTO detail(test, run_id, reason, subtests, log)
  VALUES (@test, @runId, @reason, @subtests, @log)`
const POSTPONE = `INSERT INTO retry(run_id, test, attempts, at) VALUES (@runId, @test, 1, @at)
  ON CONFLICT(run_id, test) DO UPDATE SET attempts = attempts + 1, at = @at`
const TEST = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const DETAIL = 'SELECT reason, subtests, log FROM detail WHERE test = ? AND run_id = ?'
const WAITS = `SELECT 1 FROM detail_queue WHERE run_id = @runId AND test = @test
  UNION ALL SELECT 1 FROM retry WHERE run_id = @runId AND test = @test`

type Details = Pick<Derived, 'queuedDetails' | 'saveDetails' | 'missDetails' | 'details' | 'backlog'>

/** The details of single runs besides their rows, and the queue of runs that wait for them. */
export function sqliteDetails(sqlite: SqliteFile, names: SqliteNames): Details {
  const { put } = keepFailures(derivedBuilder('sqlite'))
  /** Keeps the final details of a run, which leaves the queue. */
  const keep = (run: RunKey, row: DetailRow, failures?: readonly Failure[]): void =>
    names.transaction(() => {
      names.refresh()
      const key = { test: names.testOf(run), runId: run.runId }
      sqlite.writing(PUT).run({ ...key, ...row })
      finishWork(sqlite, put(key, failures))
      addBacklog(-unqueue(key) - remove('retry', key))
    })
  const remove = (table: string, key: { test: number; runId: string }): number =>
    sqlite.writing(`DELETE FROM ${table} WHERE run_id = @runId AND test = @test`).run(key).changes
  const unqueue = (key: { test: number; runId: string }): number => remove('detail_queue', key)
  const addBacklog = (more: number): void => {
    if (more !== 0) sqlite.writing('UPDATE progress SET backlog = backlog + ?').run(more)
  }

  return {
    async queuedDetails(now, limit) {
      const due = sqlite.all<QueuedDetails>(DUE, [now.getTime(), now.getTime() + LONGEST_WAIT_MS, limit])
      const fresh = sqlite.all<QueuedDetails>(FRESH, [limit])
      return [...due, ...fresh].sort((a, b) => (a.runId < b.runId ? 1 : -1)).slice(0, limit)
    },
    saveDetails: async (run, details, failures) => keep(run, detailRow(details), failures),
    async missDetails(run, reason, retryAt) {
      if (retryAt === undefined) return keep(run, missingRow(reason))
      names.transaction(() => {
        names.refresh()
        const key = { test: names.testOf(run), runId: run.runId }
        const before = unqueue(key) + (sqlite.writing(WAITS).get(key) === undefined ? 0 : 1)
        sqlite.writing(POSTPONE).run({ ...key, at: retryAt.getTime() })
        addBacklog(1 - before)
      })
    },
    async details(run): Promise<StoredDetails | undefined> {
      const test = sqlite.get<{ id: number }>(TEST, [run.package, run.release, run.arch])?.id
      if (test === undefined) return undefined
      const row = sqlite.get<DetailRow>(DETAIL, [test, run.runId])
      if (row !== undefined) return storedDetails(row)
      return sqlite.get(WAITS, [{ test, runId: run.runId }]) === undefined ? undefined : { state: 'wanted' }
    },
    async backlog() {
      return sqlite.get<{ backlog: number }>('SELECT backlog FROM progress')?.backlog ?? 0
    },
  }
}
