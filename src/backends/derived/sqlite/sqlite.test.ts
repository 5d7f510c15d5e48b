import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { describeDerived } from '../../../../test/backends/derived.contract.ts'
import { describeFailures } from '../../../../test/backends/failures.contract.ts'
import { describeMoments } from '../../../../test/backends/moments.contract.ts'
import { describeNews } from '../../../../test/backends/news.contract.ts'
import { describeSteadiness } from '../../../../test/backends/steadiness.contract.ts'
import { describeTriggers } from '../../../../test/backends/triggers.contract.ts'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { aRun } from '../../../../test/builders/run.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import { readMigrations } from '../../sql/migrations.ts'
import { migrateSqlite } from '../../sql/sqlite/migrations.ts'
import { openSqlite } from '../../sql/sqlite/sqlite.ts'
import { sqliteNames } from './name-numbers.ts'
import { sqliteIndex } from './run-index.ts'
import { sqliteDerived } from './sqlite.ts'

const open = async () => {
  const file = join(temporaryFolder(), 'derived.db')
  const run = async (sql: string) => {
    const beside = openSqlite({ file, log: silentLog, database: 'derived', rebuildable: true })
    beside.writing(sql).run()
    beside.close()
  }
  return { derived: await sqliteDerived({ file, log: silentLog }), prefix: '' as const, run }
}

describeDerived('SQLite', open)
describeFailures('SQLite', open)
describeMoments('SQLite', open)
describeNews('SQLite', open)
describeSteadiness('SQLite', open)

describeTriggers('SQLite', () =>
  sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog }),
)

/** An index in a file that can be kept from growing. */
function limitedIndex() {
  const sqlite = openSqlite({
    file: join(temporaryFolder(), 'derived.db'),
    log: silentLog,
    database: 'derived',
    rebuildable: true,
  })
  onTestFinished(() => sqlite.close())
  const names = sqliteNames(sqlite)
  const limit = (pages: number) => void sqlite.writing(`PRAGMA max_page_count = ${pages}`).get()
  return { ...sqliteIndex(sqlite, names), limit }
}
const NO_LIMIT = 1_000_000

it('does not take for known what a transaction made that the disk had no room for', async () => {
  const index = limitedIndex()
  const wide = (n: number) =>
    aRun()
      .of(`package-${n}-${'x'.repeat(200)}`)
      .by(`somebody-${n}`)
  const runs = Array.from({ length: 2000 }, (_, n) => wide(n))
  index.limit(40)
  await expect(index.indexRuns('id', '1', runs)).rejects.toThrow(Unavailable)
  index.limit(NO_LIMIT)

  // Other names get the numbers that were never written
  await index.indexRuns('id', '1', [aRun().of('gzip').by('joe')])
  await index.indexRuns('id', '2', runs.slice(0, 3))
  const packagesOf = async (requester: string) =>
    (await index.newest({ requester }, { limit: 10, offset: 0 })).map(run => run.package)
  expect(await packagesOf('joe')).toEqual(['gzip'])
  for (const [n, run] of runs.slice(0, 3).entries())
    expect(await packagesOf(`somebody-${n}`)).toEqual([run.package])
  const all = await index.newest({}, { limit: 10, offset: 0 })
  expect(new Set(all.map(run => run.package))).toEqual(
    new Set(['gzip', ...runs.slice(0, 3).map(run => run.package)]),
  )
})

it('keeps what was indexed before its tables had their names', async () => {
  const file = join(temporaryFolder(), 'derived.db')
  const before = new Database(file)
  migrateSqlite(before, 'derived', file, silentLog, readMigrations('derived', 'sqlite').slice(0, 3))
  const run = aRun().of('gzip').on('noble', 'amd64')
  before.exec(`INSERT INTO test VALUES (7, 'noble', 'amd64', 'gzip');
    INSERT INTO place VALUES (3, 'noble', 'amd64');
    INSERT INTO fact VALUES (3, 0, '${run.runId}', 7, NULL);
    INSERT INTO wanted VALUES ('${run.runId}', 7);`)

  const derived = await sqliteDerived({ file, log: silentLog })
  onTestFinished(() => derived.close())
  const { runId, release, arch } = run
  expect(await derived.newest({ release: 'noble' }, { limit: 9, offset: 0 })).toEqual([
    { release, arch, package: 'gzip', runId },
  ])
  expect(await derived.queuedDetails(new Date(), 9)).toMatchObject([{ package: 'gzip', runId, attempts: 0 }])
  // An older program that is still running
  expect(before.prepare('SELECT place, run_id FROM fact').raw().all()).toEqual([[3, runId]])
  before.close()
})
