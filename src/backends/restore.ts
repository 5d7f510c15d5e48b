import { existsSync } from 'node:fs'
import { Conflict } from '../domain/errors.ts'
import type { Log } from '../log.ts'
import type { Derived } from './derived/derived.ts'
import { postgresDerived } from './derived/postgres/postgres.ts'
import type { BackendsConfig } from './index.ts'
import { restorePostgresResults } from './results/postgres/restore.ts'
import { checkBackup, checkRestorable, replaceSqlite } from './results/sqlite/restore.ts'
import { checkUnused, removeSqlite } from './sql/check-unused.ts'
import { postgresState } from './state/postgres/postgres.ts'
import type { DumpedRow } from './state/sql/dump.ts'
import { sqliteState } from './state/sqlite/sqlite.ts'

/** What is put back: a copy of the published file, which is used up, and the rows of the state. */
export interface Restored {
  readonly results: string | undefined
  readonly state: AsyncIterable<DumpedRow> | undefined
}

export interface RestoreOptions {
  /** Takes the place of what is there. */
  readonly force: boolean
  readonly log: Log
}

/** The file that a copy of the results is to be put beside, as it is moved into its place. */
export function resultsFile(database: BackendsConfig['database']): string {
  return database.engine === 'sqlite' ? database.results : database.mirror
}

/**
 * Puts backups in the place of the databases, all checks first. What is derived from the results is dropped. Conflict while
 * something runs on them, or, unless forced, where there is data. BadInput for a backup that is damaged.
 */
export async function restoreDatabases(
  database: BackendsConfig['database'],
  { results, state }: Restored,
  { force, log }: RestoreOptions,
): Promise<void> {
  if (results !== undefined) await checkBackup(results)
  if (database.engine === 'postgres') {
    const { url } = database
    if (results !== undefined) {
      await restorePostgresResults({ url, log }, results, force)
      await forgetDerived(await postgresDerived({ url, log }))
    }
    if (state !== undefined) await loadState(await postgresState({ url, log }), state, force)
    return
  }
  if (results !== undefined) checkRestorable(database.results, force)
  checkUnused(database.derived)
  checkUnused(database.state)
  if (state !== undefined) await restoreStateFile(database.state, state, { force, log })
  if (results !== undefined) {
    replaceSqlite(database.results, results)
    removeSqlite(database.derived)
  }
}

/** Of no database, so that all that is derived is dropped and made again. */
async function forgetDerived(derived: Derived): Promise<void> {
  try {
    await derived.indexRuns('', '', [])
  } finally {
    await derived.close()
  }
}

/** Loads into a new file, which then takes the place of the old one: a dump that breaks off changes nothing. */
async function restoreStateFile(
  file: string,
  rows: AsyncIterable<DumpedRow>,
  { force, log }: RestoreOptions,
): Promise<void> {
  if (!force && existsSync(file)) {
    const old = await sqliteState({ file, log })
    const used = await old.isUsed()
    await old.close()
    if (used) throw stateThere()
  }
  const fresh = `${file}.restored`
  removeSqlite(fresh)
  await loadState(await sqliteState({ file: fresh, log }), rows, true)
  checkUnused(fresh)
  replaceSqlite(file, fresh)
}

async function loadState(
  state: Awaited<ReturnType<typeof sqliteState>>,
  rows: AsyncIterable<DumpedRow>,
  force: boolean,
): Promise<void> {
  try {
    if (!force && (await state.isUsed())) throw stateThere()
    await state.load(rows)
  } finally {
    await state.close()
  }
}

function stateThere(): Conflict {
  return new Conflict('there is a state: --force puts the backup in its place')
}
