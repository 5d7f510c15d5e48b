import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { storableJson } from '../../sql/storable.ts'
import { type DumpedRow, gatherBatches, NOT_DUMPED } from '../sql/dump.ts'
import type { State } from '../state.ts'

const COLUMNS = `SELECT table_name AS table, column_name AS column, is_identity = 'YES' AS counts
  FROM information_schema.columns WHERE table_schema = 'state' AND table_name <> ALL($1::text[])
  ORDER BY table_name, ordinal_position`
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
const STEP = 500

interface DumpColumn {
  readonly table: string
  readonly column: string
  /** Whether the server numbers its rows. */
  readonly counts: boolean
}

/** Backups of the schema, as of one moment while others write. */
export function postgresDump(pool: PostgresPool): Pick<State, 'isUsed' | 'dump' | 'load'> {
  const columns = () => pool.ask<DumpColumn>(COLUMNS, [NOT_DUMPED])
  const tables = async () => [...new Set((await columns()).map(({ table }) => table))]
  return {
    async isUsed() {
      for (const table of await tables()) {
        if ((await pool.ask(`SELECT 1 FROM state."${table}" LIMIT 1`)).length > 0) return true
      }
      return false
    },
    async *dump() {
      const names = await tables()
      const client = await pool.connect()
      try {
        await client.query(SNAPSHOT)
        for (const table of names) {
          await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT * FROM state."${table}"`)
          for (;;) {
            const { rows } = await client.query<DumpedRow['row']>(`FETCH ${STEP} FROM rows`)
            if (rows.length === 0) break
            for (const row of rows) yield { table, row }
          }
          await client.query('CLOSE rows')
        }
      } finally {
        await client.end()
      }
    },
    async load(rows) {
      const known = await columns()
      const schema = new Map<string, Set<string>>()
      for (const { table, column } of known) {
        schema.set(table, (schema.get(table) ?? new Set()).add(column))
      }
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        for (const table of schema.keys()) await client.query(`DELETE FROM state."${table}"`)
        let count = 0
        for await (const batch of gatherBatches(rows, schema)) {
          const names = batch.columns.map(name => `"${name}"`).join(', ')
          await client.query(
            `INSERT INTO state."${batch.table}"(${names}) OVERRIDING SYSTEM VALUE
              SELECT ${names} FROM json_populate_recordset(NULL::state."${batch.table}", $1::json)`,
            [storableJson(batch.rows)],
          )
          count += batch.rows.length
        }
        for (const { table, column } of known.filter(one => one.counts)) {
          await client.query(`SELECT setval(pg_get_serial_sequence('state."${table}"', '${column}'),
            coalesce(max("${column}"), 0) + 1, false) FROM state."${table}"`)
        }
        await client.query('COMMIT')
        return count
      } finally {
        // Rolls back uncommitted changes
        await client.end()
      }
    },
  }
}
