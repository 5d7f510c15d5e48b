import { join } from 'node:path'
import { describeOddTexts } from '../../../test/backends/odd-texts.contract.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { silentLog } from '../../log.ts'
import { sqliteDerived } from '../derived/sqlite/sqlite.ts'
import { sqliteResults } from '../results/sqlite/sqlite.ts'
import { sqliteState } from '../state/sqlite/sqlite.ts'

const options = () => ({ file: join(temporaryFolder(), 'a.db'), log: silentLog })

describeOddTexts('SQLite', {
  results: () => sqliteResults(options()),
  derived: () => sqliteDerived(options()),
  state: () => sqliteState(options()),
})
