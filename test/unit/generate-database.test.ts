import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { deriveAll } from '../../scripts/generate/derive.ts'
import { makeDetails } from '../../scripts/generate/details.ts'
import { LARGE_UPLOAD, makeLargeUpload } from '../../scripts/generate/large-upload.ts'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeQueued, makeRunning } from '../../scripts/generate/snapshots.ts'
import { makeWorld } from '../../scripts/generate/world.ts'
import { writeResults } from '../../scripts/generate/write-results.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { queuedJson } from '../../src/contracts/files/queued-json.ts'
import { runningJson } from '../../src/contracts/files/running-json.ts'
import { isRunId } from '../../src/domain/run/run-id.ts'
import { isPackageName, type RunKey } from '../../src/domain/test/test.ts'
import { parseTrigger, splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from '../builders/databases.ts'

const END = new Date('2026-11-20')
const world = (seed = 7) =>
  makeWorld({ seed, packages: 2000, releases: ['jammy', 'noble'], arches: ['amd64', 'i386', 's390x'] })
const runs = (seed?: number, end = END) => [...makeRuns(world(seed), { count: 3000, years: 1, end })]

it('makes the same runs of the same seed, and others of another', () => {
  expect(runs()).toEqual(runs())
  expect(runs(8)).not.toEqual(runs())
})

it('makes runs that a worker could have made, before the end that was asked for', () => {
  for (const run of runs()) {
    expect(isPackageName(run.package), run.package).toBe(true)
    expect(isRunId(run.runId), run.runId).toBe(true)
    expect(run.runId < '20261120').toBe(true)
    expect(splitTriggers(run.triggers).every(trigger => parseTrigger(trigger) !== undefined)).toBe(true)
  }
})

it('writes a results file that opens as a live one', async () => {
  const file = join(temporaryFolder(), 'autopkgtest.db')
  const rows = writeResults(file, world(), runs())
  const results = await sqliteResults({ file, log: silentLog })
  onTestFinished(() => results.close())
  expect(rows).toBe(3000)
  expect(await results.newest({ limit: 5000, offset: 0 })).toHaveLength(3000)
  expect(await results.check()).toEqual([])
})

it('has an upload of which every package is tested on every architecture, more than the world has', () => {
  const runs = [...makeLargeUpload(world(), 2500, END)]
  const tests = new Set(runs.map(run => `${run.package} ${run.arch}`))
  expect(tests.size).toBe(2500 * 3)
  expect(runs.length).toBeGreaterThan(tests.size)
  expect(new Set(runs.map(run => `${run.release} ${run.triggers}`))).toEqual(
    new Set([`noble ${LARGE_UPLOAD}`]),
  )
  expect(runs.every(run => isPackageName(run.package) && isRunId(run.runId) && run.runId < '20261120')).toBe(
    true,
  )
})

it('makes queues and running tests as the daemons write them', () => {
  const queued = queuedJson.parse(makeQueued(world(), 500, END))
  const sizes = Object.values(queued.queues).flatMap(byRelease =>
    Object.values(byRelease).flatMap(byArch => Object.values(byArch).map(content => content.size)),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(500)
  const running = runningJson.parse(makeRunning(world(), 30, END, 500))
  expect(JSON.stringify(running).match(/"submit-time"/g)).toHaveLength(30)
})

it('derives flakes, subtests and failures that runs share, the same from the same rows', async () => {
  const folder = temporaryFolder()
  // Flakes are those of the last months
  const rows = runs(7, new Date())
  writeResults(join(folder, 'autopkgtest.db'), world(), rows)
  const results = await sqliteResults({ file: join(folder, 'autopkgtest.db'), log: silentLog })
  const derived = await sqliteDerived({ file: join(folder, 'derived.db'), log: silentLog })
  onTestFinished(async () => {
    await derived.close()
    await results.close()
  })
  expect(await deriveAll(results, derived, 2000)).toBe(2000)
  expect(await derived.check()).toEqual([])

  const [most] = await derived.failures.list({ order: 'tests' }, { limit: 1, offset: 0 })
  expect(most?.tests).toBeGreaterThan(5)
  expect(await derived.failures.list({ order: 'new' }, { limit: 100, offset: 0 })).toHaveLength(100)
  const flaky = await derived.steadiness.list({ order: 'flakes' }, { limit: 20, offset: 0 })
  expect(flaky.length).toBeGreaterThan(5)
  const [newest] = await results.newest({ limit: 1, offset: 0 })
  expect(await derived.details(newest as RunKey)).toMatchObject({ state: 'known' })
  expect(rows.map(makeDetails)).toEqual(rows.map(makeDetails))
})

it('derives a failing subtest for each run whose tests failed, and none for one that passed', () => {
  for (const run of runs()) {
    const { details, failures } = makeDetails(run)
    const failed = details.subtests.filter(({ result }) => result === 'FAIL').map(({ name }) => name)
    if (run.exitcode === 4) expect(failed.length).toBeGreaterThan(0)
    if (run.exitcode === 0 || run.exitcode === 2 || run.exitcode === 8) expect(failures).toEqual([])
    else if (failed.length > 0) expect(failures.map(({ test }) => test)).toEqual(failed)
  }
})
