import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Conflict, Unavailable } from '../../domain/errors.ts'

/** SQLite's codes for a file that is not a database, or a damaged one. */
const DAMAGED = ['SQLITE_NOTADB', 'SQLITE_CORRUPT']

/**
 * Makes sure that nobody has a SQLite file open: only a lone connection can change its journal. A missing or
 * damaged file counts as unused. Throws {@link Conflict} if somebody has it open.
 */
export function checkUnused(file: string): void {
  if (!existsSync(file)) return
  const db = new Database(file, { timeout: 0 })
  try {
    if (db.pragma('journal_mode = DELETE', { simple: true }) !== 'delete') throw inUse(file)
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    if (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED')) throw inUse(file)
    if (!DAMAGED.some(code => error.code.startsWith(code)))
      throw new Unavailable(`${file} cannot be opened: ${error.message}`, { cause: error })
  } finally {
    db.close()
  }
}

function inUse(file: string): Conflict {
  return new Conflict(`${file} is in use: stop the website and the daemons first`)
}

/** Removes a file and the files that SQLite keeps beside it. */
export function removeSqlite(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) rmSync(name, { force: true })
}
