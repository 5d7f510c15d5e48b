import { type RawBuilder, sql } from 'kysely'
import type { SqlEngine } from './migrations.ts'
import { storableJson } from './storable.ts'

/** Names as a table, passed to the database in one parameter: there may be many. */
export const namesTable: Record<SqlEngine, (names: readonly string[]) => RawBuilder<string>> = {
  sqlite: names => sql<string>`(SELECT value FROM json_each(${storableJson(names)}))`,
  postgres: names => sql<string>`(SELECT jsonb_array_elements_text(${storableJson(names)}::jsonb))`,
}
