import { existsSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { BadInput, Conflict } from '../../../domain/errors.ts'
import { checkUnused, removeSqlite } from '../../sql/check-unused.ts'
import { checkFile } from '../../sql/sqlite/check-file.ts'
import { columnsOf, PUBLISHED } from '../published-schema.ts'

/**
 * Throws {@link Conflict} if the file is open, or, unless `force`, holds a result. A damaged file holds none.
 */
export function checkRestorable(file: string, force: boolean): void {
  checkUnused(file)
  if (!force && hasRows(file))
    throw new Conflict(`${file} holds results: --force replaces it with the backup`)
}

function hasRows(file: string): boolean {
  if (!existsSync(file)) return false
  const db = new Database(file, { readonly: true })
  try {
    return (
      columnsOf(db, 'result').length > 0 && db.prepare('SELECT 1 FROM result LIMIT 1').get() !== undefined
    )
  } catch {
    throw new Conflict(`${file} cannot be read: --force replaces it with the backup`)
  } finally {
    db.close()
  }
}

/** BadInput unless a file is an intact database with the published tables. */
export async function checkBackup(file: string): Promise<void> {
  const problems = await checkFile(file)
  if (problems[0] !== undefined) throw new BadInput(`the backup is damaged: ${problems[0]}`)
  const db = new Database(file, { readonly: true })
  try {
    for (const [table, columns] of Object.entries(PUBLISHED)) {
      const there = columnsOf(db, table)
      if (!columns.every(column => there.includes(column)))
        throw new BadInput(
          `the backup is not a results database: it lacks the table ${table} of the published schema`,
        )
    }
  } finally {
    db.close()
  }
}

/** Replaces the results file by a copy on the same disk, which keeps its id. */
export function replaceSqlite(file: string, copy: string): void {
  removeSqlite(file)
  renameSync(copy, file)
}
