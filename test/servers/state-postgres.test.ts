import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import { describeDump } from '../backends/dump.contract.ts'
import { describeState } from '../backends/state.contract.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

describeWith(['postgres'], 'a real PostgreSQL', () => {
  const openDatabase = async () => {
    const { url } = await freshDatabase()
    return () => postgresState({ url, log: silentLog })
  }
  describeState('PostgreSQL', openDatabase)
  describeDump('PostgreSQL', openDatabase)
})
