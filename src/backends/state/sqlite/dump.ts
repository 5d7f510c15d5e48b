import Database from 'better-sqlite3'
import { blameFile } from '../../sql/sqlite/driver-errors.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { type DumpedRow, gatherBatches, NOT_DUMPED } from '../sql/dump.ts'
import type { State } from '../state.ts'

const TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

/** Backups of the state file, as of one moment while others write. */
export function sqliteDump(sqlite: SqliteFile): Pick<State, 'isUsed' | 'dump' | 'load'> {
  const tables = (): string[] =>
    sqlite
      .all<{ name: string }>(TABLES)
      .map(({ name }) => name)
      .filter(name => !NOT_DUMPED.includes(name))
  const columns = (table: string) =>
    new Set(
      sqlite.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', [table]).map(({ name }) => name),
    )
  return {
    isUsed: async () => tables().some(table => sqlite.get(`SELECT 1 FROM "${table}" LIMIT 1`) !== undefined),
    async *dump() {
      const db = blameFile(sqlite.file, () => new Database(sqlite.file, { readonly: true }))
      try {
        db.exec('BEGIN')
        for (const table of tables()) {
          for (const row of db.prepare(`SELECT * FROM "${table}"`).iterate()) {
            yield { table, row: row as DumpedRow['row'] }
          }
        }
      } finally {
        db.close()
      }
    },
    async load(rows) {
      const schema = new Map(tables().map(table => [table, columns(table)]))
      sqlite.transaction(() => {
        for (const table of schema.keys()) sqlite.writing(`DELETE FROM "${table}"`).run()
      })
      let count = 0
      for await (const { table, columns, rows: batch } of gatherBatches(rows, schema)) {
        const names = columns.map(name => `"${name}"`).join(', ')
        const insert = sqlite.writing(
          `INSERT INTO "${table}"(${names}) VALUES (${columns.map(() => '?').join(', ')})`,
        )
        sqlite.transaction(() => {
          for (const row of batch) insert.run(...columns.map(name => row[name]))
        })
        count += batch.length
      }
      return count
    },
  }
}
