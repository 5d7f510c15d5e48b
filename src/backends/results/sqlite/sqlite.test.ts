import { join } from 'node:path'
import { describePublished } from '../../../../test/backends/published.contract.ts'
import { describeResults } from '../../../../test/backends/results.contract.ts'
import { describeRemoving } from '../../../../test/backends/results-removing.contract.ts'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { silentLog } from '../../../log.ts'
import { sqliteResults } from './sqlite.ts'

const open = (folder = temporaryFolder()) =>
  sqliteResults({ file: join(folder, 'autopkgtest.db'), log: silentLog })

describeResults('SQLite', open)
describeRemoving('SQLite', open)
describePublished('SQLite', open)
