import type Database from 'better-sqlite3'
import { readMigrations } from '../sql/migrations.ts'

/** The published columns by table: those that britney and other programs query, and nothing else. */
export const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  test: ['id', 'release', 'arch', 'package'],
  result: ['test_id', 'run_id', 'version', 'triggers', 'duration', 'exitcode', 'requester', 'env'],
  current_version: ['release', 'pocket', 'component', 'package', 'version'],
  url_last_checked: ['url', 'timestamp'],
}

const INDEXES = [
  'test_package_uix',
  'test_id_ix',
  'result_run_ix',
  'result_requester_idx',
  'result_test_id_ix',
  'current_version_pocket_ix',
]

export function columnsOf(db: Database.Database, table: string): string[] {
  return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]
}

/** The tables, indexes and all other objects of a file's schema, without SQLite's own. */
export function objectNames(db: Database.Database): string[] {
  return db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_autoindex\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all() as string[]
}

/** Whether a file has exactly the published schema, so that its bytes can be published unchanged. */
export function isPublishedSchema(db: Database.Database): boolean {
  const expected = [...Object.keys(PUBLISHED), ...INDEXES].sort()
  return (
    expected.join() === objectNames(db).sort().join() &&
    Object.entries(PUBLISHED).every(([table, columns]) => columnsOf(db, table).join() === columns.join())
  )
}

/** The indexes that a file lacks, which are created when it is opened. */
export function missingIndexes(db: Database.Database): string[] {
  const names = new Set(objectNames(db))
  return INDEXES.filter(index => !names.has(index))
}

/** The statements that create the tables, and those that create the indexes, which are best run last. */
export function publishedStatements(): { tables: string[]; indexes: string[] } {
  const statements = readMigrations('results', 'sqlite')
    .flatMap(step => step.sql.split(';'))
    .map(statement => statement.replaceAll(/^--.*$/gm, '').trim())
    .filter(statement => statement !== '')
  const isTable = (statement: string) => statement.startsWith('CREATE TABLE')
  return {
    tables: statements.filter(isTable),
    indexes: statements.filter(statement => !isTable(statement)),
  }
}
