import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { firstFillContract } from '../backends/first-fill.contract.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'the first fill, on PostgreSQL', () =>
  firstFillContract(async () => {
    const { url } = await freshDatabase()
    const mirror = join(temporaryFolder(), 'mirror.db')
    const results = await postgresResults({ url, mirror, log: silentLog })
    const state = await postgresState({ url, log: silentLog })
    onTestFinished(async () => {
      await state.close()
      await results.close()
    })
    return { results, state }
  }),
)
