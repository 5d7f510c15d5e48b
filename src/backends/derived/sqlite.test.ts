import { join } from 'node:path'
import { describeDerived } from '../../../test/backends/derived.contract.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { silentLog } from '../../log.ts'
import { sqliteDerived } from './sqlite.ts'

describeDerived('SQLite', () =>
  sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog }),
)
