import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { someDetails } from '../../../test/builders/details.ts'
import { logOf } from '../../../test/builders/failing-log.ts'
import { aFailure } from '../../../test/builders/failures.ts'
import { aRun, type RunBuilder } from '../../../test/builders/run.ts'
import { storeRun } from '../../../test/builders/stored-run.ts'
import { sqliteDerived } from '../../backends/derived/sqlite/sqlite.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { Unavailable } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { indexMoreRuns } from './index-runs.ts'
import { forgetOldFailures, readFailuresAgain } from './read-failures-again.ts'
import { SetAside } from './set-aside.ts'

const never = new AbortController().signal
const PACE = { since: new Date('2026-01-01'), logsPerSecond: 1000, some: 10 }

/** Runs whose details are known from before, each with a log of its own that says why it failed. */
async function setUp(...runs: readonly RunBuilder[]) {
  const root = join(temporaryFolder(), 'store')
  await mkdir(root)
  const store = filesystemStore({ root })
  const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
  onTestFinished(() => derived.close())
  const results = await resultsWith(...runs)
  while (await indexMoreRuns({ results, derived }));
  const details = { ...someDetails(), subtests: [{ name: 'upstream', result: 'FAIL' as const, detail: '' }] }
  for (const run of runs) {
    await storeRun(store, run, { log: gzipSync(logOf(`parse: no ${run.package} there`)) })
    await derived.saveDetails(run, details)
  }
  const aside = new SetAside()
  const read = (given: Partial<typeof PACE> = {}, from: Pick<Store, 'get' | 'state'> = store) =>
    readFailuresAgain({ store: from, derived, results, log: silentLog, aside }, { ...PACE, ...given }, never)
  const signatures = async () =>
    (await derived.failures.list({ order: 'latest' }, { limit: 99, offset: 0 })).map(one => one.text)
  return { store, derived, results, read, signatures }
}

describe('logs that are there already', () => {
  it('are read for why their runs failed, the newest first, so many in one go', async () => {
    const runs = [
      aRun().of('a').failing(),
      aRun().of('b').failing(),
      aRun().of('c'),
      aRun().of('d').tmpfailing(),
    ]
    const { derived, read, signatures } = await setUp(...runs)
    expect(await read({ some: 2 })).toBe(true)
    expect(await signatures()).toEqual(['parse: no d there', 'parse: no b there'])
    expect(await derived.failures.progress()).toMatchObject({ waiting: 1, total: 3 })
    expect(await read()).toBe(false)
    expect(await signatures()).toHaveLength(3)
    expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 3 })
  })

  it('are read no further back than they may, and not at all where they may not', async () => {
    const old = aRun().failing().endedAt('2025-12-31T23:59:59')
    const { read, signatures } = await setUp(old)
    await read({ logsPerSecond: 0, since: new Date('2025-01-01') })
    await read()
    expect(await signatures()).toEqual([])
    await read({ since: new Date('2025-12-31') })
    expect(await signatures()).toEqual(['parse: no hello there'])
  })

  it('wait while the files of new runs are to be read', async () => {
    const { derived, results, read, signatures } = await setUp(aRun().failing())
    const late = aRun().failing()
    await results.record([late])
    while (await indexMoreRuns({ results, derived }));
    expect(await read()).toBe(false)
    expect(await signatures()).toEqual([])
    await derived.saveDetails(late, someDetails(), [])
    await read()
    expect(await signatures()).toHaveLength(1)
  })

  it('that are gone, or of which nothing can be read, keep no other from being read', async () => {
    const runs = [
      aRun().of('a').failing(),
      aRun().of('gone').failing(),
      aRun().of('removed').failing(),
    ] as const
    const { store, derived, results, read, signatures } = await setUp(...runs)
    await store.remove('autopkgtest-noble', `noble/amd64/g/gone/${runs[1].runId}/log.gz`)
    await results.remove([runs[2]])
    const cutOff = {
      ...store,
      get: async (...args: Parameters<Store['get']>) => {
        if (args[1].includes('removed')) throw new Unavailable('broke off')
        return store.get(...args)
      },
    }
    expect(await read({}, cutOff)).toBe(false)
    expect(await signatures()).toEqual(['parse: no a there'])
    expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 3 })
  })

  it('and break off are tried again later, while others are read, and only so often', async () => {
    const { store, derived, read, signatures } = await setUp(
      aRun().of('whole').failing(),
      aRun().of('torn').failing(),
    )
    let gets = 0
    const tearing = {
      ...store,
      get: async (...args: Parameters<Store['get']>) => {
        if (!args[1].includes('/torn/')) return store.get(...args)
        gets += 1
        throw new Unavailable('broke off')
      },
    }
    const hours = vi.spyOn(performance, 'now')
    onTestFinished(() => hours.mockRestore())
    await read({}, tearing)
    await read({}, tearing)
    expect([gets, await signatures()]).toEqual([1, ['parse: no whole there']])
    expect(await derived.failures.progress()).toMatchObject({ waiting: 1, total: 2 })
    for (let later = 1; later < 9; later++) {
      hours.mockReturnValue(later * 5 * 3_600_000)
      await read({}, tearing)
    }
    expect(gets).toBe(4)
    expect(await derived.failures.progress()).toMatchObject({ waiting: 0, total: 2 })
  })

  it('and broke off once are read the next time', async () => {
    const { derived, results, store, signatures } = await setUp(aRun().failing())
    const aside = new SetAside()
    const torn = { ...store, get: () => Promise.reject(new Unavailable('broke off')) }
    const reading = (from: Pick<Store, 'get' | 'state'>) =>
      readFailuresAgain({ store: from, derived, results, log: silentLog, aside }, PACE, never)
    await reading(torn)
    const hours = vi.spyOn(performance, 'now').mockReturnValue(3_600_000 * 1000)
    onTestFinished(() => hours.mockRestore())
    await reading(store)
    expect([await signatures(), aside.size]).toEqual([['parse: no hello there'], 0])
  })

  it('stay to be read while the store is unavailable', async () => {
    const { derived, read, signatures } = await setUp(aRun().failing())
    const away = {
      get: async () => Promise.reject(new Unavailable('no route')),
      state: async () => ({ ok: false as const, reason: 'no route' }),
    }
    await expect(read({}, away)).rejects.toThrow(Unavailable)
    expect(await derived.failures.progress()).toMatchObject({ waiting: 1, total: 1 })
    await read()
    expect(await signatures()).toHaveLength(1)
  })
})

it('forgets failures of two years ago, but each test’s newest', async () => {
  const [old, newest] = [aRun().endedAt('2020-01-01T00:00:00'), aRun().endedAt('2021-01-01T00:00:00')]
  const { derived } = await setUp(old, newest)
  for (const run of [old, newest]) await derived.failures.save(run, [aFailure('broken')])
  await forgetOldFailures({ derived }, new Date('2026-01-01'), never)
  expect(await derived.failures.of(old)).toEqual([])
  expect(await derived.failures.of(newest)).toHaveLength(1)
})
