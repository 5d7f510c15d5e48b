import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDaemon } from '../../test/builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { storeRun } from '../../test/builders/stored-run.ts'
import { eventually } from '../../test/eventually.ts'
import { sqliteDerived } from '../backends/derived/sqlite/sqlite.ts'
import { sqliteState } from '../backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../backends/store/filesystem/filesystem.ts'
import { silentLog } from '../log.ts'
import { indexMoreRuns } from '../operations/index/index-runs.ts'
import { indexResults } from './index-results.ts'

async function setUp(count: number) {
  const folder = temporaryFolder()
  const runs = Array.from({ length: count }, () => aRun())
  const results = await resultsWith(...runs)
  const openDerived = async (name: string) => {
    const derived = await sqliteDerived({ file: join(folder, name), log: silentLog })
    onTestFinished(() => derived.close())
    return derived
  }
  const derived = await openDerived('derived.db')
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const store = filesystemStore({ root: temporaryFolder() })
  return { runs, openDerived, backends: { results, derived, state, store } }
}

describe('the daemon that indexes results', () => {
  it('indexes all rows there are, chunk by chunk, and each that comes in', async () => {
    const { backends } = await setUp(1201)
    const { derived, results } = backends
    await startDaemon(indexResults, backends)
    await eventually(async () =>
      expect(await derived.newest({}, { limit: 2000, offset: 0 })).toHaveLength(1201),
    )
    const late = aRun().by('alice')
    await results.record([late])
    await eventually(async () =>
      expect(await derived.newest({ requester: 'alice' }, { limit: 9, offset: 0 })).toHaveLength(1),
    )
  })

  it('reads the files of runs soon after their rows came in', async () => {
    const { backends } = await setUp(0)
    const { derived, results, store } = backends
    await startDaemon(indexResults, backends)
    const run = aRun()
    await storeRun(store, run)
    await results.record([run])
    await eventually(async () => expect(await derived.details(run)).toMatchObject({ state: 'known' }))
  })

  it('makes everything again where the derived file was deleted', async () => {
    const { runs, openDerived, backends } = await setUp(3)
    for (const run of runs) await storeRun(backends.store, run)
    const first = await startDaemon(indexResults, backends)
    await eventually(async () => expect(await backends.derived.backlog()).toBe(0))
    await first.stop()
    const derived = await openDerived('another.db')
    await startDaemon(indexResults, { ...backends, derived })
    for (const run of runs)
      await eventually(async () => expect(await derived.details(run)).toMatchObject({ state: 'known' }))
  })

  it('ends though much is left to do', async () => {
    const { backends } = await setUp(2000)
    while (await indexMoreRuns(backends));
    const running = await startDaemon(indexResults, backends)
    await running.stop()
    expect(await backends.derived.backlog()).toBeGreaterThan(1000)
  })
})
