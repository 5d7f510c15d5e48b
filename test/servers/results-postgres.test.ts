import { join } from 'node:path'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describePublished } from '../backends/published.contract.ts'
import { describeResults } from '../backends/results.contract.ts'
import { describeRemoving } from '../backends/results-removing.contract.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  const open = async (folder = temporaryFolder()) => {
    const { url } = await freshDatabase()
    return postgresResults({ url, mirror: join(folder, 'mirror.db'), log: silentLog })
  }
  describeResults('PostgreSQL', open)
  describeRemoving('PostgreSQL', open)
  describePublished('PostgreSQL', open)
})
