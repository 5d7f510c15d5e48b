import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { silentLog as log } from '../../src/log.ts'
import { indexRunDetails } from '../../src/operations/index/index-run-details.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { downloadAllResults } from '../../src/operations/ingest/download-all-results.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith, freshDatabase, freshProject } from './harness/index.ts'

const signal = new AbortController().signal

/** Copies containers into the store as they lie in a folder; returns their names. */
async function upload(folder: string, store: Store): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const containers = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  for (const container of containers) {
    await store.createContainer(container, 'public')
    const files = await readdir(join(folder, container), { recursive: true, withFileTypes: true })
    await pLimit(8).map(
      files.filter(file => file.isFile()),
      async file => {
        const path = join(file.parentPath, file.name)
        await store.put(container, path.slice(join(folder, container).length + 1), await readFile(path))
      },
    )
  }
  return containers
}

describeWith(['swift', 'postgres'], 'a corpus of real results, in Swift and PostgreSQL', () => {
  it('gives each run its row and its subtests', async () => {
    const corpus = readCorpus(CORPUS)
    const store = swiftStore({ login: 'keystone', ...(await freshProject()) }, { log })
    const { url } = await freshDatabase()
    const results = await postgresResults({ url, mirror: join(temporaryFolder(), 'mirror.db'), log })
    const state = await postgresState({ url, log })
    const derived: Derived = await postgresDerived({ url, log })
    onTestFinished(async () => {
      for (const backend of [derived, state, results, store]) await backend.close()
    })

    const containers = await upload(CORPUS, store)
    const summary = await downloadAllResults({ store, results, state }, containers, { signal })
    expect(summary).toMatchObject({ new: corpus.length, known: 0, left: 0, broken: [], missing: [] })
    for (const { row } of corpus) expect(await results.run(row)).toEqual(row)

    while (await indexMoreRuns({ results, derived }));
    await indexRunDetails({ store, derived, log }, { some: 1000, parallel: 4 }, signal)
    for (const { row, subtests } of corpus)
      expect(await derived.details(row)).toMatchObject({ state: 'known', subtests })
  }, 300_000)
})
