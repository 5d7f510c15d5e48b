import { postgresState } from '../../src/backends/state/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeState } from '../backends/state.contract.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  describeState('PostgreSQL', async () => {
    const { url } = await freshDatabase()
    return () => postgresState({ url, log: silentLog })
  })
})
