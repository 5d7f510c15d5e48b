import { existsSync } from 'node:fs'
import { Conflict } from '../domain/errors.ts'
import type { Log } from '../log.ts'
import { postgresDerived } from './derived/postgres/postgres.ts'
import type { DatabaseConfig, DatabasesConfig } from './index.ts'
import { restorePostgresResults } from './results/postgres/restore.ts'
import { checkBackup, checkRestorable, replaceSqlite } from './results/sqlite/restore.ts'
import { checkUnused, removeSqlite } from './sql/check-unused.ts'
import { postgresState } from './state/postgres/postgres.ts'
import type { DumpedRow } from './state/sql/dump.ts'
import { sqliteState } from './state/sqlite/sqlite.ts'

/** The backups to restore: a copy of the published file, which is moved, and the rows of the state. */
export interface RestoredDatabases {
  readonly results: string | undefined
  readonly state: AsyncIterable<DumpedRow> | undefined
}

export interface RestoreOptions {
  /** Whether to replace existing data. */
  readonly force: boolean
  readonly log: Log
}

/** The file beside which a copy of the results must be placed, as it is moved to its final place. */
export function resultsFile({ results }: DatabasesConfig): string {
  return results.engine === 'sqlite' ? results.file : results.mirror
}

/**
 * Replaces the databases by backups, after all checks. Data derived from the results is dropped. Conflict
 * while anything runs on them, or, unless forced, if there is data. BadInput for a damaged backup.
 */
export async function restoreDatabases(
  databases: DatabasesConfig,
  restored: RestoredDatabases,
  options: RestoreOptions,
): Promise<void> {
  if (restored.results !== undefined) {
    await checkBackup(restored.results)
    if (databases.results.engine === 'sqlite') checkRestorable(databases.results.file, options.force)
  }
  for (const one of [databases.derived, databases.state]) if (one.engine === 'sqlite') checkUnused(one.file)
  const { results, state } = restored
  const steps = [
    async () => {
      if (state !== undefined) await restoreState(databases.state, state, options)
    },
    async () => {
      if (results === undefined) return
      await restoreResults(databases.results, results, options)
      await forgetDerived(databases.derived, options.log)
    },
  ]
  // Steps that can still be refused come first: a file was checked above, and is then only moved
  if (databases.results.engine === 'postgres') steps.reverse()
  for (const step of steps) await step()
}

async function restoreResults(
  database: DatabasesConfig['results'],
  copy: string,
  { force, log }: RestoreOptions,
): Promise<void> {
  if (database.engine === 'sqlite') replaceSqlite(database.file, copy)
  else await restorePostgresResults({ url: database.url, log }, copy, force)
}

async function restoreState(
  database: DatabaseConfig,
  rows: AsyncIterable<DumpedRow>,
  options: RestoreOptions,
): Promise<void> {
  if (database.engine === 'sqlite') return restoreStateFile(database.file, rows, options)
  await loadState(await postgresState({ url: database.url, log: options.log }), rows, options.force)
}

/** Drops all derived data, to be rebuilt: a file is removed, tables are marked as of no database. */
async function forgetDerived(database: DatabaseConfig, log: Log): Promise<void> {
  if (database.engine === 'sqlite') return removeSqlite(database.file)
  const derived = await postgresDerived({ url: database.url, log })
  try {
    await derived.indexRuns('', '', [])
  } finally {
    await derived.close()
  }
}

/** Loads into a new file, which then replaces the old one: an incomplete dump changes nothing. */
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
  return new Conflict('the state is not empty: --force replaces it with the backup')
}
