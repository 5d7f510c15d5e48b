import type { Run } from '../../../domain/run/run.ts'
import { storedVerdict, storedVerdicts } from '../../../domain/run/verdict.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { isReferenceRun } from '../../../domain/trigger/trigger.ts'
import { readInThread } from '../../sql/sqlite/read-in-thread.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { finishWork } from '../../sql/sqlite/work.ts'
import type { Derived, RunFilter } from '../derived.ts'
import { INDEX_RULES, type IndexProgress, positionIn, staleness } from '../index-progress.ts'
import { newestOfStatement, newestStatement, SQLITE } from '../newest.ts'
import { dropFailures, forgetAll } from '../sql/failures.ts'
import { newestIn, newestTold } from '../sql/moments.ts'
import { derivedBuilder } from '../sql/tables.ts'
import type { SqliteNames } from './name-numbers.ts'
import { dropTriggers } from './triggers.ts'

/** Skipping beyond this offset takes more than some milliseconds, and is done in a thread. */
const DEEP = 20_000

const PUT_RUN =
  'INSERT OR IGNORE INTO run_index(release_arch, verdict, run_id, test, requester, is_reference) VALUES (?, ?, ?, ?, ?, ?)'
const QUEUE_DETAILS = `INSERT INTO detail_queue(run_id, test) SELECT @runId, @test
  WHERE NOT EXISTS (SELECT 1 FROM detail WHERE test = @test AND run_id = @runId)`
const PUT_TOLD = 'UPDATE test SET told = ? WHERE id = ? AND (told IS NULL OR substr(told, 3) < ?)'
const TELL_AGAIN = `UPDATE test SET told = ${newestIn('run_index', 'i.test = test.id')} WHERE id = ?`
const PROGRESS = 'SELECT database_id, position, verdicts FROM progress'
const MOVE = 'UPDATE progress SET database_id = ?, position = ?, verdicts = ?, backlog = backlog + ?'

const DERIVED = derivedBuilder('sqlite')

type Indexing = Pick<Derived, 'position' | 'indexRuns' | 'remove' | 'newest' | 'newestOf'>

/** The index of runs by their filters. */
export function sqliteIndex(sqlite: SqliteFile, names: SqliteNames): Indexing {
  return {
    async position(databaseId) {
      const progress = sqlite.get<IndexProgress>(PROGRESS)
      return progress && positionIn(progress, databaseId)
    },
    async indexRuns(databaseId, position, runs) {
      names.transaction(() => {
        const stale = staleness(sqlite.writing(PROGRESS).get() as IndexProgress, databaseId)
        if (stale === 'verdicts') return emptyIndex(sqlite)
        if (stale === 'database') dropAll(sqlite)
        names.refresh()
        const wanted = runs.filter(run => indexRun(sqlite, names, run)).length
        for (const [test, told] of newestTold(runs, names.testOf))
          sqlite.writing(PUT_TOLD).run(told, test, told.slice(2))
        sqlite.writing(MOVE).run(databaseId, position, INDEX_RULES, wanted)
      })
    },
    async remove(runs) {
      sqlite.transaction(() => {
        let waited = 0
        for (const run of runs) waited += removeRun(sqlite, run)
        sqlite.writing('UPDATE progress SET backlog = backlog - ?').run(waited)
      })
    },
    newest: (filter, page) => readNewest(sqlite, filter, page),
    async newestOf(test, verdicts, before) {
      const known = sqlite.get<{ id: number }>(TEST, [test.package, test.release, test.arch])
      if (known === undefined) return undefined
      const { sql, parameters } = newestOfStatement(known.id, { verdicts, before }, SQLITE)
      const runId = sqlite.get<{ runId: string | null }>(sql, parameters)?.runId
      return typeof runId === 'string'
        ? { package: test.package, release: test.release, arch: test.arch, runId }
        : undefined
    },
  }
}

/** True if the run is new, and its details are in the queue. */
function indexRun(sqlite: SqliteFile, names: SqliteNames, run: Run): boolean {
  const test = names.testOf(run)
  const added = sqlite
    .writing(PUT_RUN)
    .run(
      names.releaseArchOf(run),
      storedVerdict(run.exitcode),
      run.runId,
      test,
      names.requesterOf(run),
      Number(isReferenceRun(run)),
    )
  return added.changes > 0 && sqlite.writing(QUEUE_DETAILS).run({ runId: run.runId, test }).changes > 0
}

const TEST = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const RELEASE_ARCH = 'SELECT id FROM release_arch WHERE release = ? AND arch = ?'
const REMOVE_RUN = 'DELETE FROM run_index WHERE release_arch = ? AND verdict = ? AND run_id = ? AND test = ?'

/** Returns the number of runs that left the queue of details. */
function removeRun(sqlite: SqliteFile, run: RunKey): number {
  const test = sqlite.writing(TEST).pluck().get(run.package, run.release, run.arch) as number | undefined
  if (test === undefined) return 0
  const releaseArch = sqlite.writing(RELEASE_ARCH).pluck().get(run.release, run.arch)
  for (const verdict of storedVerdicts(undefined))
    sqlite.writing(REMOVE_RUN).run(releaseArch, verdict, run.runId, test)
  sqlite.writing(TELL_AGAIN).run(test)
  const from = (table: string) =>
    sqlite.writing(`DELETE FROM ${table} WHERE run_id = ? AND test = ?`).run(run.runId, test).changes
  finishWork(sqlite, forgetAll(DERIVED, [{ test, runId: run.runId }], { isOld: false }))
  from('detail')
  return from('detail_queue') + from('retry')
}

/** Runs are to be indexed again by this program's rules; those whose details are known keep them. */
function emptyIndex(sqlite: SqliteFile): void {
  for (const table of ['run_index', 'detail_queue', 'retry']) sqlite.writing(`DELETE FROM ${table}`).run()
  sqlite.writing('UPDATE test SET told = NULL').run()
  sqlite.writing('UPDATE progress SET position = NULL, verdicts = ?, backlog = 0').run(INDEX_RULES)
}

function dropAll(sqlite: SqliteFile): void {
  finishWork(sqlite, dropFailures(DERIVED))
  // They also refer to tests by number
  dropTriggers(sqlite)
  for (const table of ['run_index', 'detail_queue', 'retry', 'detail', 'test', 'release_arch', 'requester']) {
    sqlite.writing(`DELETE FROM ${table}`).run()
  }
  sqlite
    .writing(
      'UPDATE progress SET database_id = NULL, position = NULL, generation = generation + 1, backlog = 0',
    )
    .run()
}

const RELEASE_ARCHES = `SELECT id FROM release_arch WHERE (@release IS NULL OR release = @release) AND (@arch IS NULL OR arch = @arch)`

async function readNewest(
  sqlite: SqliteFile,
  filter: RunFilter,
  page: { limit: number; offset: number },
): Promise<RunKey[]> {
  const requester =
    filter.requester === undefined
      ? undefined
      : sqlite.get<{ id: number }>('SELECT id FROM requester WHERE name = ?', [filter.requester])
  if (filter.requester !== undefined && requester === undefined) return []
  const releaseArches = sqlite.all<{ id: number }>(RELEASE_ARCHES, [
    { release: filter.release ?? null, arch: filter.arch ?? null },
  ])
  if (releaseArches.length === 0 || !Number.isSafeInteger(page.offset + page.limit)) return []
  const { sql, parameters } = newestStatement(
    filter,
    { requester: requester?.id, releaseArches: releaseArches.map(one => one.id) },
    page,
    SQLITE,
  )
  if (page.offset > DEEP) return readInThread<RunKey>(sqlite.file, sql, parameters)
  return sqlite.all<RunKey>(sql, parameters)
}
