import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { readMigrations } from '../../sql/migrations.ts'
import { userVersion } from '../../sql/sqlite/migrations.ts'
import type { PlacedRun } from '../postgres/rows-since.ts'
import { publishedStatements } from '../published-schema.ts'
import type { CurrentVersionRow } from '../results.ts'

/** A file with the published schema that one thread writes, and that is only read by copying it whole. */
export interface MirrorFile {
  putRows(rows: readonly PlacedRun[]): void
  /** By the row numbers of the server, which the mirror shares; also removes tests without a row. */
  removeRows(rowids: readonly number[]): void
  clearArchive(): void
  putUrls(rows: readonly { url: string; timestamp: string }[]): void
  putVersions(rows: readonly CurrentVersionRow[]): void
  countRows(): number
  /** Creates whatever a new file still lacks. */
  finish(): void
  close(): void
}

/** A test that was removed and added again has a new id, which replaces the old one. */
const TEST = `INSERT OR REPLACE INTO test(id, release, arch, package) VALUES (@testId, @release, @arch, @package)
  ON CONFLICT(id) DO NOTHING`
const RESULT = `INSERT OR REPLACE INTO
  result(rowid, test_id, run_id, version, triggers, duration, exitcode, requester, env)
  VALUES (@rowid, @testId, @runId, @version, @triggers, @duration, @exitcode, @requester, @env)`
const VERSION = `INSERT INTO current_version(release, pocket, component, package, version)
  VALUES (@release, @pocket, @component, @package, @version)`
const URL = 'INSERT INTO url_last_checked(url, timestamp) VALUES (@url, @timestamp)'

/** Opens the mirror of the database `id`; a new one gets its indexes later, as that is faster. */
export function openMirror(file: string, id: string): MirrorFile {
  mkdirSync(dirname(file), { recursive: true })
  const isNew = !existsSync(file)
  const db = new Database(file)
  // A new, unfinished file is started again after a crash: it needs no journal
  db.pragma(`journal_mode = ${isNew ? 'OFF' : 'DELETE'}`)
  db.pragma(`synchronous = ${isNew ? 'OFF' : 'NORMAL'}`)
  db.pragma('secure_delete = ON')
  db.pragma('foreign_keys = OFF')
  const { tables, indexes } = publishedStatements()
  for (const statement of tables) db.exec(statement)

  const test = db.prepare(TEST)
  const result = db.prepare(RESULT)
  const remove = db.prepare('DELETE FROM result WHERE rowid = ?')
  const version = db.prepare(VERSION)
  const url = db.prepare(URL)
  const count = db.prepare('SELECT count(*) FROM result').pluck()
  const eachOf = <Row>(put: (row: Row) => void) => db.transaction((rows: readonly Row[]) => rows.forEach(put))
  const removeEach = eachOf((rowid: number) => void remove.run(rowid))

  return {
    putRows: eachOf((row: PlacedRun) => {
      test.run(row)
      result.run(row)
    }),
    removeRows(rowids) {
      if (rowids.length === 0) return
      removeEach(rowids)
      db.exec('DELETE FROM test WHERE NOT EXISTS (SELECT 1 FROM result WHERE test_id = test.id)')
    },
    clearArchive: () => void db.exec('DELETE FROM current_version; DELETE FROM url_last_checked'),
    putUrls: eachOf((row: { url: string; timestamp: string }) => void url.run(row)),
    putVersions: eachOf((row: CurrentVersionRow) => void version.run(row)),
    countRows: () => count.get() as number,
    finish() {
      if (!isNew) return
      for (const statement of indexes) db.exec(statement)
      db.pragma(`user_version = ${userVersion(readMigrations('results', 'sqlite'))}`)
      db.pragma(`application_id = ${Number.parseInt(id, 16)}`)
    },
    close: () => void db.close(),
  }
}
