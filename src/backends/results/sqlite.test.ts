import { join } from 'node:path'
import { describeResults } from '../../../test/backends/results.contract.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { silentLog } from '../../log.ts'
import { sqliteResults } from './sqlite.ts'

describeResults('SQLite', () =>
  sqliteResults({ file: join(temporaryFolder(), 'autopkgtest.db'), log: silentLog }),
)
