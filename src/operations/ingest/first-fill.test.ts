import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import { firstFillContract } from '../../../test/backends/first-fill.contract.ts'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { silentLog } from '../../log.ts'

describe('the first fill, on SQLite', () =>
  firstFillContract(async () => {
    const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
    onTestFinished(() => state.close())
    return { results: await resultsWith(), state }
  }))
