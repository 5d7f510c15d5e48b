import { join } from 'node:path'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeOddTexts } from '../backends/odd-texts.contract.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  const options = async () => ({ url: (await freshDatabase()).url, log: silentLog })
  describeOddTexts('PostgreSQL', {
    results: async () =>
      postgresResults({ ...(await options()), mirror: join(temporaryFolder(), 'mirror.db') }),
    derived: async () => postgresDerived(await options()),
    state: async () => postgresState(await options()),
  })
})
