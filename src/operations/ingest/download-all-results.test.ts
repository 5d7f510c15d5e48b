import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import { storeRun, tarOf } from '../../../test/builders/stored-run.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import type { State } from '../../backends/state/state.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { silentLog } from '../../log.ts'
import { type DownloadOptions, downloadAllResults } from './download-all-results.ts'

const NOBLE = ['autopkgtest-noble']

async function setUp() {
  const root = join(temporaryFolder(), 'store')
  await mkdir(root)
  const real = filesystemStore({ root })
  const got: string[] = []
  const store: Store = {
    ...real,
    get(container, name, options) {
      got.push(name)
      return real.get(container, name, options)
    },
  }
  const results = await resultsWith()
  const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const download = (
    options: Partial<DownloadOptions> = {},
    using: Partial<{ store: Store; state: State }> = {},
  ) =>
    downloadAllResults({ store, results, state, ...using }, NOBLE, {
      signal: new AbortController().signal,
      ...options,
    })
  return { store, results, state, got, download }
}

/** A run as the database gives it. */
const row = (run: Run) => ({ ...run })

describe('downloading all results', () => {
  it('makes the rows that completions would have made', async () => {
    const { store, results, download } = await setUp()
    const runs = [
      aRun().of('gzip', '1.12-1').passing().lasting(18).by('alice').triggeredBy('glibc/2.36', 'gcc-12/12.2'),
      aRun().of('gzip', '1.12-1').failing().allProposed().ofTestname('smoke'),
      aRun().of('libtry-tiny-perl').neutral().triggeredBy('migration-reference/0'),
      aRun().of('linux').denylisted(),
      aRun().of('sed').on('noble', 'arm64').exiting(-15),
      aRun().of('sed').named('20140412_101112@'),
    ]
    for (const run of runs) await storeRun(store, run)
    const tally = { new: 6, known: 0, left: 0, broken: [] }
    expect(await download()).toEqual({ ...tally, sinceItBegan: tally, missing: [] })
    expect(await results.runs(runs)).toEqual(runs.map(row))
  })

  it('fetches nothing the second time', async () => {
    const { store, got, download } = await setUp()
    for (let n = 0; n < 5; n++) await storeRun(store, aRun())
    await download()
    got.length = 0
    expect(await download()).toMatchObject({ new: 0, known: 5 })
    expect(got).toEqual([])
  })

  it('fetches what is new alone', async () => {
    const { store, results, got, download } = await setUp()
    const [known, fresh] = [aRun(), aRun()]
    for (const run of [known, fresh]) await storeRun(store, run)
    await results.record([known])
    expect(await download()).toMatchObject({ new: 1, known: 1 })
    expect(got.some(name => name.includes(known.runId))).toBe(false)
  })

  it('takes the triggers of a killed run from its log', async () => {
    const { store, results, download } = await setUp()
    const killed = aRun().exiting(-15).triggeredBy('bash/5.2.15-2', 'sed/4.9')
    const emptied = aRun().triggeredBy('bash/5.2')
    await storeRun(store, killed, { members: { 'testinfo.json': null } })
    await storeRun(store, emptied, { members: { 'testinfo.json': '{}' } })
    await download()
    expect(await results.runs([killed, emptied])).toEqual([row(killed), row(emptied)])
  })

  it('records no run without triggers, as no completion does', async () => {
    const { store, results, download } = await setUp()
    await storeRun(store, aRun(), { members: { 'testinfo.json': '{}' }, log: null })
    expect(await download()).toMatchObject({ new: 0, left: 1, broken: [] })
    expect(await results.newest({ limit: 1, offset: 0 })).toEqual([])
  })

  it('reads no logs where it is told so, and leaves env unknown then', async () => {
    const { store, results, got, download } = await setUp()
    const run = aRun().allProposed()
    await storeRun(store, run)
    await download({ logHeads: false })
    expect(got.filter(name => name.endsWith('log.gz'))).toEqual([])
    expect(await results.run(run)).toEqual({ ...run, env: '' })
  })

  it('bears files that are missing, but for the exit code', async () => {
    const { store, results, download } = await setUp()
    const old = aRun()
    const none = { 'testpkg-version': null, duration: null, requester: null, summary: null }
    await storeRun(store, old, { members: none })
    await download()
    expect(await results.run(old)).toEqual({ ...old, version: 'unknown', duration: null })
  })

  it('names what is broken, goes on with the rest, and looks at it again the next time', async () => {
    const { store, results, download } = await setUp()
    const good = aRun()
    const cut = aRun().of('cut')
    await storeRun(store, good)
    await storeRun(store, cut, {
      resultTar: (await tarOf({ exitcode: '0', big: 'x'.repeat(9000) })).subarray(0, 3000),
    })
    await storeRun(store, aRun().of('empty'), { resultTar: Buffer.alloc(0) })
    await storeRun(store, aRun().of('noise'), { resultTar: Buffer.alloc(5000, 'noise') })
    await storeRun(store, aRun().of('odd'), { members: { exitcode: 'four' } })
    await storeRun(store, aRun().of('long'), { members: { 'testpkg-version': `long ${'1'.repeat(301)}` } })
    await storeRun(store, aRun().of('huge'), { members: { exitcode: '99999999999999999999' } })
    const summary = await download()
    expect(summary.new).toBe(1)
    expect(summary.broken.map(run => run.name.split('/')[4]).sort()).toEqual([
      'cut',
      'empty',
      'huge',
      'long',
      'noise',
      'odd',
    ])
    expect(summary.broken.find(run => run.name.includes('/cut/'))?.name).toBe(
      `autopkgtest-noble/noble/amd64/c/cut/${cut.runId}`,
    )
    for (const run of summary.broken) expect(run.reason).not.toBe('')
    expect(await results.run(good)).toEqual(row(good))

    await storeRun(store, cut)
    expect(await download()).toMatchObject({ new: 1, known: 1 })
    expect(await results.run(cut)).toEqual(row(cut))
  })

  it('leaves a directory without a result.tar alone', async () => {
    const { store, download } = await setUp()
    const run = aRun()
    await storeRun(store, run)
    await store.remove('autopkgtest-noble', `noble/amd64/h/hello/${run.runId}/result.tar`)
    expect(await download()).toMatchObject({ new: 0, known: 0, left: 0, broken: [] })
  })

  it('says which containers do not exist', async () => {
    const { download } = await setUp()
    expect((await download()).missing).toEqual(NOBLE)
  })

  it('fetches no more at once than it may', async () => {
    const { store, download } = await setUp()
    for (let n = 0; n < 30; n++) await storeRun(store, aRun())
    let [now, most] = [0, 0]
    const counting: Store = {
      ...store,
      async get(...args) {
        most = Math.max(most, ++now)
        await new Promise(resolve => setTimeout(resolve, 2))
        now--
        return store.get(...args)
      },
    }
    await download({ parallel: 4, logHeads: false }, { store: counting })
    expect(most).toBe(4)
  })

  it('gives up while the store is unavailable, and goes on after the last page it had done with', async () => {
    const { store, results, state, got, download } = await setUp()
    const runs = Array.from({ length: 60 }, (_, n) =>
      aRun().named(`20260901_1011${10 + (n % 50)}_${10000 + n}@`),
    )
    for (const run of runs) await storeRun(store, run)
    let left = 30
    const failing: Store = {
      ...store,
      list: (container, query) => store.list(container, { ...query, limit: 20 }),
      async get(...args) {
        if (left-- <= 0) throw new Unavailable('connection refused')
        return store.get(...args)
      },
    }
    await expect(download({ parallel: 2, logHeads: false }, { store: failing })).rejects.toThrow(Unavailable)
    const recorded = (await results.newest({ limit: 100, offset: 0 })).length
    expect(recorded).toBeGreaterThanOrEqual(20)
    expect(recorded).toBeLessThan(60)
    expect(await state.point(`download-all-results/${await results.id()}/autopkgtest-noble`)).toBeDefined()

    got.length = 0
    left = Number.POSITIVE_INFINITY
    const summary = await download({ logHeads: false }, { store: failing })
    expect(summary).toMatchObject({ new: 60 - recorded, broken: [], left: 0 })
    expect(summary.sinceItBegan.new + summary.sinceItBegan.known).toBe(60)
    expect(await results.newest({ limit: 100, offset: 0 })).toHaveLength(60)
    expect(got).toHaveLength(60 - recorded)
    expect(await state.point(`download-all-results/${await results.id()}/autopkgtest-noble`)).toBeUndefined()
  })

  describe('that was killed', () => {
    const killed = new Error('killed')

    /**
     * Downloads of three pages of four runs, each of which ends with the resume point of a page, as a SIGKILL ends it: just
     * before that is written, or just after. Of the pages behind it nothing has come yet. Then one that is left alone.
     */
    async function killedAt(...kills: readonly (readonly [page: number, moment: 'before' | 'after'])[]) {
      const { store, results, state, got, download } = await setUp()
      const runs = Array.from({ length: 12 }, (_, n) => aRun().named(`20260901_101112_${10000 + n}@`))
      for (const run of runs) await storeRun(store, run)
      let point = 0
      for (const [page, moment] of kills) {
        const kill = new AbortController()
        const death = new Promise<never>((_, reject) => {
          kill.signal.addEventListener('abort', () => reject(killed), { once: true })
        })
        death.catch(() => {})
        // Of each run a log and a result are listed
        const pages: Store = {
          ...store,
          list: (container, query) => store.list(container, { ...query, limit: 2 * 4 }),
          async get(...args) {
            const number = runs.findIndex(run => args[1].includes(run.runId))
            return number < 4 * page ? store.get(...args) : death
          },
        }
        const dying: State = {
          ...state,
          async setPoint(name, value) {
            const isLast = point + 1 === page
            if (!isLast || moment === 'after') {
              await state.setPoint(name, value)
              point += 1
            }
            if (!isLast) return
            kill.abort(killed)
            throw killed
          },
        }
        const options = { signal: kill.signal, logHeads: false }
        await expect(download(options, { store: pages, state: dying })).rejects.toThrow(killed)
        expect(await results.newest({ limit: 100, offset: 0 })).toHaveLength(4 * page)
      }
      got.length = 0
      const { sinceItBegan, ...now } = await download({ logHeads: false })
      expect(await results.newest({ limit: 100, offset: 0 })).toHaveLength(12)
      return { now, sinceItBegan, fetched: got.length }
    }

    const tally = (fresh: number, known: number) => ({ new: fresh, known, left: 0, broken: [] })

    it('before its first resume point begins anew, and fetches nothing twice', async () => {
      const { now, sinceItBegan, fetched } = await killedAt([1, 'before'])
      expect(now).toEqual({ ...tally(8, 4), missing: [] })
      // Nothing is left that would tell what the one before did
      expect(sinceItBegan).toEqual(tally(8, 4))
      expect(fetched).toBe(8)
    })

    it('at a resume point goes on there, and counts what was done up to it apart', async () => {
      const { now, sinceItBegan, fetched } = await killedAt([1, 'after'])
      expect(now).toEqual({ ...tally(8, 0), missing: [] })
      expect(sinceItBegan).toEqual(tally(12, 0))
      expect(fetched).toBe(8)
    })

    it('beyond a resume point knows what it had recorded behind it', async () => {
      const { now, sinceItBegan, fetched } = await killedAt([2, 'before'])
      expect(now).toEqual({ ...tally(4, 4), missing: [] })
      expect(sinceItBegan).toEqual(tally(8, 4))
      expect(fetched).toBe(4)
    })

    it('twice counts what both did up to their resume points', async () => {
      const { now, sinceItBegan, fetched } = await killedAt([1, 'after'], [2, 'after'])
      expect(now).toEqual({ ...tally(4, 0), missing: [] })
      expect(sinceItBegan).toEqual(tally(12, 0))
      expect(fetched).toBe(4)
    })

    it('at its last resume point has nothing left to do', async () => {
      const { now, sinceItBegan, fetched } = await killedAt([3, 'after'])
      expect(now).toEqual({ ...tally(0, 0), missing: [] })
      expect(sinceItBegan).toEqual(tally(12, 0))
      expect(fetched).toBe(0)
    })
  })

  it('counts a run that alone cannot be fetched as broken', async () => {
    const { store, download } = await setUp()
    for (let n = 0; n < 20; n++) await storeRun(store, aRun())
    const bad = aRun().of('bad')
    await storeRun(store, bad)
    const failing: Store = {
      ...store,
      async get(container, name, options) {
        if (name.includes('/bad/')) throw new Unavailable('status 503')
        return store.get(container, name, options)
      },
    }
    const summary = await download({ parallel: 4 }, { store: failing })
    expect(summary).toMatchObject({ new: 20, broken: [{ reason: 'status 503' }] })
  })

  it('ends when it is asked to, with nothing left under way', async () => {
    const { store, results, download } = await setUp()
    for (let n = 0; n < 40; n++) await storeRun(store, aRun())
    const stop = new AbortController()
    const stopped = download({
      parallel: 2,
      signal: stop.signal,
      onProgress: ({ fetched }) => fetched === 10 && stop.abort(new Error('asked to end')),
    })
    await expect(stopped).rejects.toThrow('asked to end')
    const recorded = (await results.newest({ limit: 100, offset: 0 })).length
    await new Promise(resolve => setTimeout(resolve, 100))
    expect((await results.newest({ limit: 100, offset: 0 })).length).toBe(recorded)
    expect(await download()).toMatchObject({ new: 40 - recorded })
  })

  it('forgets a resume point that is damaged, old, or of another database', async () => {
    const { store, state, results, download } = await setUp()
    await storeRun(store, aRun())
    const name = `download-all-results/${await results.id()}/autopkgtest-noble`
    const old = { at: Date.now() - 25 * 3.6e6, marker: 'z', tally: { new: 0, known: 0, left: 0, broken: [] } }
    for (const point of ['rubbish', '{}', JSON.stringify(old)]) {
      await state.setPoint(name, point)
      expect(await download()).toMatchObject({ broken: [] })
    }
    expect(await results.newest({ limit: 10, offset: 0 })).toHaveLength(1)
  })
})
