import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { readMigrations } from '../../src/backends/sql/migrations.ts'
import { migratePostgres } from '../../src/backends/sql/postgres/migrations.ts'
import { postgresPool } from '../../src/backends/sql/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeDerived } from '../backends/derived.contract.ts'
import { describeFailures } from '../backends/failures.contract.ts'
import { describeMoments } from '../backends/moments.contract.ts'
import { describeNews } from '../backends/news.contract.ts'
import { describeSteadiness } from '../backends/steadiness.contract.ts'
import { describeTriggers } from '../backends/triggers.contract.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  const open = async () => {
    const { url } = await freshDatabase()
    const run = async (sql: string) => {
      const beside = postgresPool({ url, log: silentLog, database: 'derived', connections: 1 })
      await beside.ask(sql)
      await beside.close()
    }
    return { derived: await postgresDerived({ url, log: silentLog }), prefix: 'derived.' as const, run }
  }
  describeDerived('PostgreSQL', open)
  describeFailures('PostgreSQL', open)
  describeMoments('PostgreSQL', open)
  describeNews('PostgreSQL', open)
  describeSteadiness('PostgreSQL', open)

  it('keeps what was indexed before its tables had their names, and takes what programs of before write', async () => {
    const { url } = await freshDatabase()
    const before = new Client({ connectionString: url })
    await before.connect()
    onTestFinished(() => before.end())
    await migratePostgres(before, 'derived', silentLog, readMigrations('derived', 'postgres').slice(0, 3))
    const [first, second] = ['20260101_000000_aaaaa@', '20260102_000000_aaaaa@']
    const put = (runId = '') =>
      before.query(`INSERT INTO derived.fact SELECT p.id, 0, '${runId}', t.id, NULL
        FROM derived.place AS p, derived.test AS t ON CONFLICT DO NOTHING`)
    await before.query(`INSERT INTO derived.test(release, arch, package) VALUES ('noble', 'amd64', 'gzip');
      INSERT INTO derived.place(release, arch) VALUES ('noble', 'amd64')`)
    await put(first)

    const derived = await postgresDerived({ url, log: silentLog })
    onTestFinished(() => derived.close())
    await put(second)
    const found = await derived.newest({ release: 'noble' }, { limit: 9, offset: 0 })
    expect(found.map(run => run.runId)).toEqual([second, first])
  })
  describeTriggers('PostgreSQL', async () =>
    postgresDerived({ url: (await freshDatabase()).url, log: silentLog }),
  )
})
