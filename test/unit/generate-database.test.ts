import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeQueued, makeRunning } from '../../scripts/generate/snapshots.ts'
import { makeWorld } from '../../scripts/generate/world.ts'
import { writeResults } from '../../scripts/generate/write-results.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { queuedJson } from '../../src/contracts/files/queued-json.ts'
import { runningJson } from '../../src/contracts/files/running-json.ts'
import { isRunId } from '../../src/domain/run/run-id.ts'
import { isPackageName } from '../../src/domain/test/test.ts'
import { parseTrigger, splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from '../builders/databases.ts'

const END = new Date('2026-11-20')
const world = (seed = 7) =>
  makeWorld({ seed, packages: 2000, releases: ['jammy', 'noble'], arches: ['amd64', 'i386', 's390x'] })
const runs = (seed?: number) => [...makeRuns(world(seed), { count: 3000, years: 1, end: END })]

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

it('makes queues and running tests as the daemons write them', () => {
  const queued = queuedJson.parse(makeQueued(world(), 500, END))
  const sizes = Object.values(queued.queues).flatMap(byRelease =>
    Object.values(byRelease).flatMap(byArch => Object.values(byArch).map(content => content.size)),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(500)
  const running = runningJson.parse(makeRunning(world(), 30, END, 500))
  expect(JSON.stringify(running).match(/"submit-time"/g)).toHaveLength(30)
})
