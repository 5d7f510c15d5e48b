import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { silentLog } from '../../src/log.ts'
import { indexRunDetails } from '../../src/operations/index/index-run-details.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { downloadAllResults } from '../../src/operations/ingest/download-all-results.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'
import { resultsWith, temporaryFolder } from '../builders/databases.ts'

const signal = new AbortController().signal

describe('a corpus of real results, in a folder and SQLite', () => {
  it('gives each run its row, its subtests and the contents of its log', async () => {
    const corpus = readCorpus(CORPUS)
    const store = filesystemStore({ root: CORPUS })
    const results = await resultsWith()
    const state = await sqliteState({ file: join(temporaryFolder(), 'state.db'), log: silentLog })
    const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
    onTestFinished(() => Promise.all([state.close(), derived.close()]).then(() => {}))

    const containers = [...new Set(corpus.map(({ name }) => name.split('/')[0] as string))]
    const summary = await downloadAllResults({ store, results, state }, containers, { signal })
    expect(summary).toMatchObject({ new: corpus.length, known: 0, left: 0, broken: [], missing: [] })
    for (const { row } of corpus) expect(await results.run(row)).toEqual(row)

    while (await indexMoreRuns({ results, derived }));
    await indexRunDetails({ store, derived, log: silentLog }, { some: 1000, parallel: 4 }, signal)
    for (const { row, subtests, logBytes } of corpus) {
      const details = await derived.details(row)
      expect(details, row.runId).toMatchObject({ state: 'known', subtests, log: { bytes: logBytes } })
    }
  }, 120_000)
})
