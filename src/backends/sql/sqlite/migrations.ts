import type Database from 'better-sqlite3'
import type { Log } from '../../../log.ts'
import {
  type DatabaseName,
  isContract,
  type Migration,
  readMigrations,
  type SchemaLevel,
  stepsFrom,
} from '../migrations.ts'

/** `user_version` is the last step, plus this many times the last one that excludes older programs. */
const CONTRACTED = 1000

/**
 * Brings one file up to date, all steps in one transaction. Readers continue meanwhile; writers wait.
 * @param what the file, for messages
 */
export function migrateSqlite(
  writer: Database.Database,
  database: DatabaseName,
  what: string,
  log: Log,
  migrations: readonly Migration[] = readMigrations(database, 'sqlite'),
): void {
  const stepsLeft = () => stepsFrom(migrations, readTaken(writer), what, log)
  if (stepsLeft().length === 0) return
  writer
    .transaction(() => {
      // Read again: another process may have run the steps while this one waited for the file
      const steps = stepsLeft()
      for (const step of steps) {
        log.info({ file: what, step: step.number }, `bringing ${database} up to date: ${step.name}`)
        writer.exec(step.sql)
      }
      if (steps.length > 0) writer.pragma(`user_version = ${userVersion(migrations)}`)
    })
    .immediate()
}

/** The `user_version` after all of these steps. */
export function userVersion(migrations: readonly Migration[]): number {
  return migrations.length + CONTRACTED * (migrations.findLast(isContract)?.number ?? 0)
}

function readTaken(writer: Database.Database): SchemaLevel {
  const found = Number(writer.pragma('user_version', { simple: true }))
  return { version: found % CONTRACTED, contracted: Math.floor(found / CONTRACTED) }
}
