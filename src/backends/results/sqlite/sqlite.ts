import { randomInt } from 'node:crypto'
import type Database from 'better-sqlite3'
import { Conflict } from '../../../domain/errors.ts'
import type { Run } from '../../../domain/run/run.ts'
import type { Log } from '../../../log.ts'
import { runInThread } from '../../../threads.ts'
import { checkFile } from '../../sql/sqlite/check-file.ts'
import { readInThread } from '../../sql/sqlite/read-in-thread.ts'
import { openSqlite, type SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { watchVersion } from '../../sql/sqlite/watch-changes.ts'
import { checkRun } from '../check-run.ts'
import { readMachineTime } from '../machine-time.ts'
import { publishFile } from '../publish/publish.ts'
import { columnsOf, missingIndexes, objectNames, PUBLISHED } from '../published-schema.ts'
import type { RowQuery } from '../queries.ts'
import { readingResults } from '../reading.ts'
import type { Results, StatisticsRow } from '../results.ts'
import type { StatisticsInput } from '../statistics.thread.ts'
import { readArchiveMark, sqliteCurrentVersions } from './current-versions.ts'
import { removeRuns } from './remove.ts'
import { testedPairs } from './tested-pairs.ts'

/** Opens the results file, either new or left by the website that this one replaces. */
export async function sqliteResults({ file, log }: { file: string; log: Log }): Promise<Results> {
  const sqlite = openSqlite({
    file,
    log,
    database: 'results',
    rebuildable: false,
    inspect: db => inspectLegacy(db, file, log),
  })
  const id = readId(sqlite)
  const version = resultsVersion(sqlite)
  const watch = watchVersion(file, version)
  return {
    ...readingResults(
      'sqlite',
      async <Row>({ sql, parameters }: RowQuery<Row>) => sqlite.all<Row>(sql, parameters),
      ({ sql, parameters }) => readInThread(file, sql, parameters),
    ),
    id: async () => id,
    version,
    onChange: watch.onChange,
    record: async runs => recordRuns(sqlite, runs),
    remove: async runs => removeRuns(sqlite, runs),
    testedPairs: testedPairs(sqlite),
    since: async (position, limit) => readSince(sqlite, position, limit),
    currentVersions: () => sqliteCurrentVersions(sqlite),
    statistics({ releases, signal }) {
      const input: StatisticsInput = { file, releases }
      return runInThread<StatisticsRow[]>(import.meta.url, '../statistics.thread', input, { signal })
    },
    machineTime: readMachineTime('sqlite', (sql, parameters, signal) =>
      readInThread(file, sql, parameters, signal),
    ),
    copyPublished: (toFile, signal) => publishFile(file, toFile, signal),
    size: async () => sqlite.size(),
    check: () => checkFile(file),
    state: async () => sqlite.state(),
    async close() {
      watch.close()
      sqlite.close()
    },
  }
}

/** Refuses a file that is not a results database, and announces steps that take time. */
function inspectLegacy(db: Database.Database, file: string, log: Log): void {
  const names = objectNames(db)
  if (names.length === 0) return
  for (const table of ['test', 'result']) {
    const lacking = (PUBLISHED[table] ?? []).filter(column => !columnsOf(db, table).includes(column))
    if (lacking.length > 0) {
      throw new Conflict(
        `${file} is not a results database: its table ${table} has no column ${lacking.join(', ')}`,
      )
    }
  }
  const indexes = missingIndexes(db)
  if (indexes.length === 0) return
  log.info(
    { file, indexes },
    'the results database lacks indexes: creating them now, which takes about a minute per gigabyte',
  )
}

/** The id of the file; a file without an id gets one (SQLite keeps 32 bits for it). */
function readId(sqlite: SqliteFile): string {
  const read = () =>
    (sqlite.writing('PRAGMA application_id').get() as { application_id: number }).application_id
  if (read() === 0) {
    sqlite.transaction(() => {
      if (read() === 0) sqlite.writing(`PRAGMA application_id = ${randomInt(1, 2 ** 31)}`).run()
    })
  }
  return read().toString(16).padStart(8, '0')
}

/**
 * The version of the rows: `data_version`, without commits that only changed the mirror of the archive, which
 * is in the same file.
 */
function resultsVersion(sqlite: SqliteFile): () => string {
  const lastRow = () =>
    sqlite.get<{ last: number | null }>('SELECT max(rowid) AS last FROM result')?.last ?? 0
  let commit = sqlite.dataVersion()
  let version = commit
  let [row, mark] = [lastRow(), readArchiveMark(sqlite)]
  return () => {
    const now = sqlite.dataVersion()
    if (now !== commit) {
      const [nowRow, nowMark] = [lastRow(), readArchiveMark(sqlite)]
      if (nowRow !== row || nowMark === mark) version = now
      ;[commit, row, mark] = [now, nowRow, nowMark]
    }
    return String(version)
  }
}

const PUT_TEST = 'INSERT OR IGNORE INTO test(release, arch, package) VALUES (?, ?, ?)'
const TEST_ID = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const PUT_RESULT = `INSERT OR IGNORE
  INTO result(test_id, run_id, version, triggers, duration, exitcode, requester, env) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

function recordRuns(sqlite: SqliteFile, runs: readonly Run[]): Run[] {
  const rows = runs.map(checkRun)
  const testId = sqlite.writing(TEST_ID).pluck()
  return sqlite.transaction(() =>
    runs.filter((_, place) => {
      const run = rows[place] as Run
      const key = [run.package, run.release, run.arch]
      let id = testId.get(key) as number | undefined
      if (id === undefined) {
        sqlite.writing(PUT_TEST).run(run.release, run.arch, run.package)
        id = testId.get(key) as number
      }
      const { runId, version, triggers, duration, exitcode, requester, env } = run
      return (
        sqlite.writing(PUT_RESULT).run(id, runId, version, triggers, duration, exitcode, requester, env)
          .changes > 0
      )
    }),
  )
}

interface PositionedRun extends Run {
  readonly row: number
  readonly test: number
}

const SINCE = `SELECT t.release, t.arch, t.package, r.run_id AS runId, r.version, r.triggers, r.duration, r.exitcode,
  r.requester, r.env, r.rowid AS row, r.test_id AS test
  FROM result r CROSS JOIN test t WHERE r.rowid > ? AND t.id = r.test_id ORDER BY r.rowid LIMIT ?`

/**
 * Rows by row number. It grows with every commit as long as the last row stays; a position names its row, and
 * one whose row no longer exists (rows were removed, the file was compacted) begins again at the start.
 */
function readSince(sqlite: SqliteFile, position: string | undefined, limit: number) {
  const from = rowOf(sqlite, position)
  const rows = sqlite.all<PositionedRun>(SINCE, [from, limit])
  const last = rows.at(-1)
  const unmoved = from === 0 ? undefined : position
  return {
    runs: rows.map(({ row: _row, test: _test, ...run }) => run),
    position: last === undefined ? unmoved : `${last.row} ${last.test} ${last.runId}`,
  }
}

function rowOf(sqlite: SqliteFile, position: string | undefined): number {
  const [row, test, runId] = position?.split(' ') ?? []
  if (row === undefined || test === undefined || runId === undefined) return 0
  const found = sqlite.get('SELECT 1 FROM result WHERE rowid = ? AND test_id = ? AND run_id = ?', [
    Number(row),
    Number(test),
    runId,
  ])
  return found === undefined ? 0 : Number(row)
}
