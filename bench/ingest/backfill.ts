import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pLimit from 'p-limit'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { distributionContainer, runDirectory } from '../../src/domain/run/container.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { openLog, silentLog } from '../../src/log.ts'
import { downloadAllResults, PARALLEL } from '../../src/operations/ingest/download-all-results.ts'
import { storeRun } from '../../test/builders/stored-run.ts'
import type { SwiftFacts } from '../../test/servers/harness/swift.ts'
import { someRuns } from '../lib/databases.ts'

/** How fast a database is filled from a store. */
export interface Backfill {
  readonly store: 'swift' | 'folder'
  readonly runs: number
  /** Objects that were fetched: `result.tar` and the head of the log of each run. */
  readonly objectsPerSecond: number
  /** The same objects through the same client, as many at once, with their contents unused. */
  readonly plainPerSecond: number
}

export async function measureBackfill(swift: SwiftFacts | undefined, runs: number): Promise<Backfill> {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-backfill-'))
  const log = openLog({ format: 'readable', level: 'warn' })
  const store =
    swift === undefined
      ? filesystemStore({ root: join(folder, 'store') })
      : swiftStore({ ...swift, login: 'keystone' }, { log })
  const results = await sqliteResults({ file: join(folder, 'autopkgtest.db'), log: silentLog })
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  try {
    const stored = [...someRuns(runs)]
    const few = pLimit(PARALLEL)
    await Promise.all(stored.map(run => few(() => storeRun(store, run))))
    let objects = 0
    const counting: Pick<Store, 'list' | 'get'> = {
      list: store.list,
      get(...args) {
        objects++
        return store.get(...args)
      },
    }
    const containers = [...new Set(stored.map(run => distributionContainer(run.release)))]
    const { signal } = new AbortController()
    const readPlainly = () => secondsOf(() => Promise.all(stored.map(run => few(() => getBoth(store, run)))))
    // Before and after: the first time warms up what both need, and the machine has other work now and then
    const before = await readPlainly()
    const filling = await secondsOf(() =>
      downloadAllResults({ store: counting, results, state }, containers, { signal }),
    )
    const plain = (before + (await readPlainly())) / 2
    return {
      store: swift === undefined ? 'folder' : 'swift',
      runs,
      objectsPerSecond: objects / filling,
      plainPerSecond: (2 * stored.length) / plain,
    }
  } finally {
    for (const one of [state, results, store]) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function getBoth(store: Store, run: Run): Promise<void> {
  for (const name of ['result.tar', 'log.gz']) {
    const object = await store.get(distributionContainer(run.release), `${runDirectory(run)}/${name}`)
    if (object !== undefined) await text(object.body)
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
