import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Backends, type BackendsConfig, openBackends } from '../../src/backends/index.ts'
import { restoreDatabases } from '../../src/backends/restore.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { silentLog } from '../../src/log.ts'
import { backupDatabases } from '../../src/operations/backups/backup-databases.ts'
import { fetchBackup, RESULTS_BACKUPS } from '../../src/operations/backups/stored-backups.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { recentResults } from '../../src/queries/runs/recent-results.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRequest } from '../builders/request.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const FILTER = { requester: 'joe' }
const PAGE = { limit: 10, offset: 0 }

/** As an operator says it: the results, what is derived from them, the state; undefined: beside the results. */
async function configure(folder: string, [results, derived, state]: readonly (string | undefined)[]) {
  const { url } = await freshDatabase()
  const at = (where: string | undefined, file: string) =>
    where === undefined ? '' : where === 'server' ? url : join(folder, file)
  const { config, problems } = readConfig({
    env: {
      AUTOPKGTEST_WEB_DATA_DIR: folder,
      AUTOPKGTEST_WEB_DATABASE: at(results, 'autopkgtest.db'),
      AUTOPKGTEST_WEB_DERIVED_DATABASE: at(derived, 'derived.db'),
      AUTOPKGTEST_WEB_STATE_DATABASE: at(state, 'state.db'),
      AUTOPKGTEST_WEB_RELEASES: 'noble',
    },
  })
  expect(problems).toEqual([])
  return (config as { backends: BackendsConfig }).backends
}

async function opened(config: BackendsConfig): Promise<Backends & AsyncDisposable> {
  const backends = await openBackends(config, silentLog)
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await backends[Symbol.asyncDispose]()
    isOpen = false
  }
  onTestFinished(close)
  return { ...backends, [Symbol.asyncDispose]: close }
}

const COMBINATIONS = [
  ['file', undefined, 'server'],
  ['file', 'server', undefined],
  ['server', 'file', undefined],
  ['server', undefined, 'file'],
] as const

describeWith(['postgres'], 'databases on different engines', () => {
  it.each(COMBINATIONS)('work together: results in a %s, derived %s, state %s', async (...places) => {
    const folder = temporaryFolder()
    const config = await configure(folder, places)
    const request = aRequest()
    {
      await using backends = await opened(config)
      const [ours, others] = [aRun().of('hello').by('joe'), aRun().of('hello')]
      await backends.results.record([ours, others])
      await backends.state.requests.claim([request], 300, NOW)
      while (await indexMoreRuns(backends));
      expect((await recentResults(backends, FILTER, PAGE)).runs).toMatchObject([{ runId: ours.runId }])
      const backup = await backupDatabases(backends, NOW, new AbortController().signal)
      await fetchBackup(backends.store, RESULTS_BACKUPS, backup?.results ?? '', join(folder, 'copy.db'))
      await backends.results.record([aRun().of('later').by('joe')])
    }
    const restored = { results: join(folder, 'copy.db'), state: undefined }
    await restoreDatabases(config.databases, restored, { force: true, log: silentLog })

    await using again = await opened(config)
    expect(await again.state.requests.byUuid(request.uuid)).toMatchObject(request)
    expect(await again.derived.newest(FILTER, PAGE)).toEqual([])
    while (await indexMoreRuns(again));
    expect((await recentResults(again, FILTER, PAGE)).runs).toMatchObject([{ package: 'hello' }])
  })
})
