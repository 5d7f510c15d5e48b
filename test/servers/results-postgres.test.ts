import { join } from 'node:path'
import { postgresResults } from '../../src/backends/results/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeResults } from '../backends/results.contract.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  describeResults('PostgreSQL', async () => {
    const { url } = await freshDatabase()
    return postgresResults({ url, mirror: join(temporaryFolder(), 'mirror.db'), log: silentLog })
  })
})
