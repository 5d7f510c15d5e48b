import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeDerived } from '../backends/derived.contract.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  describeDerived('PostgreSQL', async () => {
    const { url } = await freshDatabase()
    return postgresDerived({ url, log: silentLog })
  })
})
