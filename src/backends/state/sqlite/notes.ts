import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { sqliteTables } from '../../sql/sqlite/work.ts'
import type { Notes } from '../notes.ts'
import { sqlNotes } from '../sql/notes.ts'

const NEWEST = 'SELECT max(number) AS number FROM note_change'

/** Notes in a file, which has only one writer at a time. */
export function sqliteNotes(sqlite: SqliteFile): Notes {
  let seen: { readonly commit: number; readonly version: string } | undefined
  return {
    ...sqlNotes(sqliteTables(sqlite)),
    version() {
      // Many other things are written to this file, too
      const commit = sqlite.dataVersion()
      if (seen?.commit !== commit) {
        seen = { commit, version: String(sqlite.get<{ number: number | null }>(NEWEST)?.number ?? 0) }
      }
      return seen.version
    },
  }
}
