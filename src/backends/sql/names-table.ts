import { type RawBuilder, sql } from 'kysely'
import type { SqlEngine } from './migrations.ts'

/** The texts of a JSON list, in one parameter: it may be long. */
export const namesTable: Record<SqlEngine, (json: string) => RawBuilder<string>> = {
  sqlite: json => sql<string>`(SELECT value FROM json_each(${json}))`,
  postgres: json => sql<string>`(SELECT jsonb_array_elements_text(${json}::jsonb))`,
}
