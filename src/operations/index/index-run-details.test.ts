import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { logOf as failingLog } from '../../../test/builders/failing-log.ts'
import { aRun } from '../../../test/builders/run.ts'
import { storeRun } from '../../../test/builders/stored-run.ts'
import type { Derived } from '../../backends/derived/derived.ts'
import { sqliteDerived } from '../../backends/derived/sqlite/sqlite.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { silentLog } from '../../log.ts'
import { indexRunDetails } from './index-run-details.ts'
import { indexMoreRuns } from './index-runs.ts'

const never = new AbortController().signal
const LIMITS = { some: 100, parallel: 4 }
const HOUR = 3_600_000

async function setUp(...runs: Run[]) {
  const root = join(temporaryFolder(), 'store')
  await mkdir(root)
  const store = filesystemStore({ root })
  const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
  onTestFinished(() => derived.close())
  const results = await resultsWith(...runs)
  while (await indexMoreRuns({ results, derived }));
  const index = (deps: Partial<{ store: Store; derived: Derived }> = {}) =>
    indexRunDetails({ store, derived, log: silentLog, ...deps }, LIMITS, never)
  return { root, store, derived, results, index }
}

describe('indexing the details of runs', () => {
  it('keeps the subtests and the contents of the log', async () => {
    const run = aRun().failing()
    const { store, derived, index } = await setUp(run)
    const summary =
      'smoke                PASS\nlong-name-of-a-test-that-goes-on SKIP needs a machine\nblame: hello\n'
    await storeRun(store, run, { members: { summary } })
    expect(await index()).toBe(false)
    expect(await derived.details(run)).toMatchObject({
      state: 'known',
      subtests: [
        { name: 'smoke', result: 'PASS', detail: '' },
        { name: 'long-name-of-a-test-that-goes-on', result: 'SKIP', detail: 'needs a machine' },
      ],
      log: { lines: 2, sections: [{ kind: 'preparation' }] },
    })
    expect(await derived.backlog()).toBe(0)
  })

  it('finds in the same reading why a run failed, by its summary and its exit code', async () => {
    const [failed, passed, logless] = [aRun().failing(), aRun(), aRun().failing()]
    const { store, derived, index } = await setUp(failed, passed, logless)
    const log = gzipSync(failingLog('parse: expected 3, got 4'))
    const summary = 'upstream             FAIL non-zero exit status 1\n'
    await storeRun(store, failed, { log, members: { summary } })
    await storeRun(store, passed, { log, members: { summary: null } })
    await storeRun(store, logless, { log: null })
    const read: string[] = []
    const get: Store['get'] = (...args) => {
      read.push(args[1])
      return store.get(...args)
    }
    await index({ store: { ...store, get } })
    const [found] = (await derived.failures.of(failed)) ?? []
    expect(found).toMatchObject({ test: 'upstream', signature: { runs: 1 } })
    expect(found?.lines[0]).toMatchObject({ number: 4, text: 'parse: expected 3, got 4' })
    expect(await derived.failures.of(passed)).toEqual([])
    expect(await derived.failures.of(logless)).toBeUndefined()
    expect(read.filter(name => name.includes(failed.runId))).toHaveLength(2)
  })

  it('keeps the subtests where there is no log or no summary', async () => {
    const [logless, silent] = [aRun(), aRun()]
    const { store, derived, index } = await setUp(logless, silent)
    await storeRun(store, logless, { log: null })
    await storeRun(store, silent, { members: { summary: null } })
    await index()
    expect(await derived.details(logless)).toMatchObject({ state: 'known', log: undefined })
    expect(await derived.details(silent)).toMatchObject({ state: 'known', subtests: [] })
  })

  it('tries what is missing or broken five times over a day, and then never again', async () => {
    const runs = [aRun().of('missing'), aRun().of('broken')]
    const { store, derived, index } = await setUp(...runs)
    await storeRun(store, runs[1] as Run, { resultTar: Buffer.from('broken') })
    const tries: { package: string; at: number }[] = []
    let now = Date.now()
    const later: Derived = {
      ...derived,
      queuedDetails: (_, limit) => derived.queuedDetails(new Date(now), limit),
      missDetails(run, reason, retryAt) {
        tries.push({ package: run.package, at: now })
        const again = retryAt && new Date(now + retryAt.getTime() - Date.now())
        return derived.missDetails(run, reason, again)
      },
    }
    const began = now
    for (; now < began + 48 * HOUR; now += HOUR / 12) await index({ derived: later })
    for (const name of ['missing', 'broken']) {
      const hours = tries.filter(one => one.package === name).map(one => (one.at - began) / HOUR)
      expect(hours).toHaveLength(5)
      expect(hours[0]).toBe(0)
      expect(hours[4]).toBeGreaterThanOrEqual(24)
      expect(hours[4]).toBeLessThan(25)
    }
    expect(await derived.details(runs[0] as Run)).toEqual({
      state: 'missing',
      reason: 'there is no result.tar',
    })
    expect(await derived.details(runs[1] as Run)).toMatchObject({ state: 'missing' })
    expect(await derived.backlog()).toBe(0)
  })

  it('finds what came late', async () => {
    const run = aRun()
    const { store, derived, index } = await setUp(run)
    await index()
    expect(await derived.details(run)).toEqual({ state: 'wanted' })
    await storeRun(store, run)
    const tomorrow: Derived = {
      ...derived,
      queuedDetails: (_, n) => derived.queuedDetails(new Date(Date.now() + 24 * HOUR), n),
    }
    await index({ derived: tomorrow })
    expect(await derived.details(run)).toMatchObject({ state: 'known' })
  })

  it('does not hold against runs that the store is unavailable', async () => {
    const runs = [aRun(), aRun()]
    const { root, store, derived, index } = await setUp(...runs)
    for (const run of runs) await storeRun(store, run)
    await rename(root, `${root}-away`)
    await expect(index()).rejects.toThrow(Unavailable)
    await rename(`${root}-away`, root)
    await index()
    for (const run of runs) expect(await derived.details(run)).toMatchObject({ state: 'known' })
  })

  it('goes on past a run that the store fails to give', async () => {
    const [bad, good] = [aRun().of('bad'), aRun()]
    const { store, derived, index } = await setUp(bad, good)
    for (const run of [bad, good]) await storeRun(store, run)
    const failing: Store = {
      ...store,
      async get(container, name, options) {
        if (name.includes('/bad/')) throw new Unavailable('status 503')
        return store.get(container, name, options)
      },
    }
    await index({ store: failing })
    expect(await derived.details(bad)).toEqual({ state: 'wanted' })
    expect(await derived.details(good)).toMatchObject({ state: 'known' })
  })

  it('reads the log of one run however it is packed', async () => {
    const run = aRun()
    const { store, derived, index } = await setUp(run)
    await storeRun(store, run, { log: gzipSync('\0'.repeat(20_000_000)) })
    await index()
    expect(await derived.details(run)).toMatchObject({ log: { bytes: 20_000_000, lines: 1 } })
  })
})
