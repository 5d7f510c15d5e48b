import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Conflict } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'

export type SqlEngine = 'sqlite' | 'postgres'

/** One of the databases: the name of its folder of migrations, and of its schema on PostgreSQL. */
export type DatabaseName = 'results' | 'derived' | 'state'

/** One step of a schema: plain SQL, run once, in a transaction. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

const FOLDER = join(import.meta.dirname, '../../../migrations')
const FILE = /^(\d{3})-([a-z0-9-]+)\.(sqlite|postgres)\.sql$/

/** The steps of a database in order; numbers begin at 1 and have no gap. */
export function readMigrations(database: DatabaseName, engine: SqlEngine): Migration[] {
  const folder = join(FOLDER, database)
  const found = readdirSync(folder)
    .map(file => FILE.exec(file))
    .filter(match => match !== null && match[3] === engine)
    .map(match => match as unknown as [file: string, number: string, name: string])
    .map(([file, number, name]) => ({
      number: Number(number),
      name,
      sql: readFileSync(join(folder, file), 'utf8'),
    }))
    .sort((a, b) => a.number - b.number)
  const misplaced = found.find((migration, index) => migration.number !== index + 1)
  if (misplaced !== undefined)
    throw new Error(`${folder}: the step before ${misplaced.number} is missing (${engine})`)
  return found
}

/** How far a schema has come. */
export interface SchemaLevel {
  /** The number of the last step; 0 if none. */
  readonly version: number
  /** The number of the last step that is incompatible with older programs; 0 if none. */
  readonly contracted: number
}

/** Whether a step removes something that older programs use, as its name says: all others only add. */
export function isContract({ name }: Pick<Migration, 'name'>): boolean {
  return name.startsWith('contract-')
}

/**
 * The steps that are still to be run. None, with a warning, if a newer program has run more that only add: so
 * the old version can start while the new one is being rolled out, and again if that fails. A Conflict if one
 * of them removed something.
 */
export function stepsFrom(
  migrations: readonly Migration[],
  { version, contracted }: SchemaLevel,
  what: string,
  log: Log,
): Migration[] {
  const known = migrations.length
  if (contracted > known) {
    throw new Conflict(
      `${what} has schema version ${version}, and this program knows versions up to ${known}: ` +
        'it was written by a newer autopkgtest-web; use that one',
    )
  }
  if (version > known)
    log.warn({ version, known }, `${what} was written by a newer autopkgtest-web: using it as it is`)
  return migrations.slice(version)
}
