import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import { storeRun } from '../../../test/builders/stored-run.ts'
import { sqliteState } from '../../backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { silentLog } from '../../log.ts'
import { downloadAllResults } from '../../operations/ingest/download-all-results.ts'
import { runReaders } from './run-readers.ts'

const NOBLE = 'autopkgtest-noble'
const DYING = '../../../test/unit/dying-reader.thread'

async function setUp(options?: Parameters<typeof runReaders>[1]) {
  const root = join(temporaryFolder(), 'store')
  await mkdir(root)
  const store = filesystemStore({ root })
  const readers = runReaders({ root }, options)
  onTestFinished(() => readers.close())
  const ending = new AbortController()
  const read = (run: Run) => readers.read(NOBLE, run, { logHeads: true, signal: ending.signal })
  return { store, readers, read, ending }
}

async function someRuns(store: Store, count: number): Promise<Run[]> {
  const runs = Array.from({ length: count }, () => aRun().triggeredBy('glibc/2.36'))
  for (const run of runs) await storeRun(store, run)
  return runs
}

describe('threads that read runs', () => {
  it.each([1, 3])('give the row of each, whichever of %i reads it', async most => {
    const { store, read } = await setUp({ most })
    const runs = await someRuns(store, 50)
    expect(await Promise.all(runs.map(read))).toEqual(runs.map(run => ({ ...run })))
  })

  it('say of one that cannot be read what is wrong with it, and go on', async () => {
    const { store, read } = await setUp()
    const [cut, gone, whole] = [aRun(), aRun(), aRun()]
    await storeRun(store, cut, { resultTar: new Uint8Array(700).fill(65) })
    await storeRun(store, whole)
    const [first, second, third] = await Promise.allSettled([cut, gone, whole].map(read))
    expect(first).toEqual({ status: 'rejected', reason: expect.any(BadInput) })
    expect(first).toHaveProperty('reason.message', 'result.tar is damaged, or is no tar')
    expect(second).toHaveProperty('reason.message', 'result.tar was removed')
    expect(third).toHaveProperty('value.runId', whole.runId)
  })

  it('that die are followed by others: only the run that they die of is not read', async () => {
    const { store, read } = await setUp({ most: 2, entry: DYING })
    const runs = await someRuns(store, 20)
    const deadly = aRun().of('deadly')
    const all = await Promise.allSettled([...runs.slice(0, 10), deadly, ...runs.slice(10)].map(read))
    const unread = all.splice(10, 1)
    expect(unread).toEqual([{ status: 'rejected', reason: expect.any(Unavailable) }])
    expect(unread[0]).toHaveProperty('reason.message', 'the thread that read it died (exit code 7)')
    expect(all.map(one => one.status === 'fulfilled' && one.value?.runId)).toEqual(runs.map(run => run.runId))
  })

  it('that cannot even start leave nobody waiting', async () => {
    const { store, read } = await setUp({ entry: './there-is-no-such.thread' })
    const runs = await someRuns(store, 3)
    const all = await Promise.allSettled(runs.map(read))
    for (const one of all) expect(one).toEqual({ status: 'rejected', reason: expect.any(Unavailable) })
  })

  it('are ended while they read: who waits is told so, and who asks afterwards', async () => {
    const { store, readers, read } = await setUp()
    const runs = await someRuns(store, 50)
    const reading = Promise.allSettled(runs.map(read))
    await readers.close()
    for (const one of await reading)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Unavailable)
    await expect(read(runs[0] as Run)).rejects.toThrow('the threads that read runs were ended')
  })

  it('pass over what nobody wants any more', async () => {
    const { store, read, ending } = await setUp()
    const [run] = await someRuns(store, 1)
    ending.abort(new Error('stopped by a person'))
    await expect(read(run as Run)).rejects.toThrow('stopped by a person')
  })

  it('fill a database, and name the run that they die of as broken', async () => {
    const { store, readers, ending } = await setUp({ most: 2, entry: DYING })
    const runs = await someRuns(store, 12)
    const deadly = aRun().of('deadly')
    await storeRun(store, deadly)
    const results = await resultsWith()
    const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
    onTestFinished(() => state.close())
    const options = { signal: ending.signal, readRun: readers.read }
    expect(await downloadAllResults({ store, results, state }, [NOBLE], options)).toMatchObject({
      new: 12,
      broken: [{ name: expect.stringContaining(deadly.runId), reason: expect.stringContaining('died') }],
    })
    expect(await results.runs(runs)).toEqual(runs.map(run => ({ ...run })))
  })
})
