import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresPool } from '../../src/backends/sql/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeDerived } from '../backends/derived.contract.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  describeDerived('PostgreSQL', async () => {
    const { url } = await freshDatabase()
    const run = async (sql: string) => {
      const beside = postgresPool({ url, log: silentLog, database: 'derived', connections: 1 })
      await beside.ask(sql)
      await beside.close()
    }
    return { derived: await postgresDerived({ url, log: silentLog }), prefix: 'derived.', run }
  })
})
