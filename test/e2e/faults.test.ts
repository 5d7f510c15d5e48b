import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import pLimit from 'p-limit'
import { Client, types } from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog as log } from '../../src/log.ts'
import { storeRun } from '../builders/stored-run.ts'
import {
  describeWith,
  type SwiftFacts,
  startPostgres,
  startRabbitmq,
  startSwift,
} from '../servers/harness/index.ts'
import { consumersOf, untilEmpty } from './broker-facts.ts'
import { daemonOf } from './killable.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { writeSiteConfig } from './site-config.ts'
import { aTraffic, type Traffic } from './traffic.ts'
import { connectWorker, type Worker } from './worker.ts'

const COUNT = 5000
/** The store has the files of each so many-th run that was not seeded; those of the others are never uploaded. */
const STORED_EVERY = 10
const QUEUE = 'complete-under-test'
const DEAD = 'autopkgtest-web.dead-letter'
/** RabbitMQ writes declarations to the disk up to two seconds late. */
const DECLARED_MS = 2500

interface Fault {
  /** So many messages have been confirmed by then. */
  readonly at: number
  readonly strike: () => Promise<unknown>
}

let folder: string
beforeAll(() => buildIfNeeded())
afterAll(() => endPrograms())

function newFolder(): string {
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function storeSome(swift: SwiftFacts, runs: readonly Run[]): Promise<void> {
  const store = swiftStore({ login: 'keystone', ...swift }, { log })
  await store.createContainer('autopkgtest-noble', 'public')
  await pLimit(8).map(runs, run => storeRun({ ...store, createContainer: async () => {} }, run))
  await store.close()
}

/** Keeps everybody else from writing to a SQLite file, as a long transaction of another program does. */
function lockFile(file: string): { release(): void } {
  const database = new Database(file, { timeout: 20_000 })
  database.exec('BEGIN IMMEDIATE')
  return { release: () => void database.close() }
}

/** Says everything in its order, fifty messages at a time, and lets each fault strike when its time has come. */
async function sayAll(worker: Worker, bodies: readonly string[], faults: readonly Fault[]): Promise<void> {
  let said = 0
  const striking = (async () => {
    for (const { at, strike } of faults) {
      while (said < at) await sleep(20)
      await strike()
    }
  })()
  for (let from = 0; from < bodies.length; from += 50) {
    const some = bodies.slice(from, from + 50)
    await Promise.all(some.map(body => worker.complete(body)))
    said += some.length
    await sleep(60)
  }
  await striking
}

async function expectDeadLetters(worker: Worker, traffic: Traffic): Promise<void> {
  const letters = await worker.drain(DEAD)
  expect([...new Set(letters.map(letter => letter.body))].toSorted()).toEqual(traffic.malformed.toSorted())
  for (const { headers } of letters) expect(headers['x-reason']).toMatch(/\w/)
}

async function expectDetails(derived: Derived, stored: readonly Run[]): Promise<void> {
  for (const run of stored) {
    const details = await derived.details(run)
    expect(details).toMatchObject({ state: 'known', subtests: [{ name: 'smoke' }] })
    const passed = run.exitcode === 0 ? 'PASS' : 'FAIL'
    expect(details?.state === 'known' && details.subtests[0]?.result).toBe(passed)
  }
}

const COLUMNS = `release, arch, package, run_id AS "runId", version, triggers, duration, exitcode, requester, env`
const ROWS = (schema = '') =>
  `SELECT ${COLUMNS} FROM ${schema}result JOIN ${schema}test ON test.id = result.test_id`
const inOrder = (runs: readonly Run[]) =>
  runs.map(run => JSON.stringify(Object.fromEntries(Object.entries(run).toSorted()))).toSorted()

describeWith(['rabbitmq', 'swift'], 'broker, store and daemons killed amid 5,000 completions', () => {
  it('leave each run once on SQLite, with its details, and only what is malformed aside', async () => {
    const [broker, swift] = await Promise.all([startRabbitmq(), startSwift()])
    onTestFinished(async () => {
      await Promise.all([broker.stop(), swift.stop()])
    })
    const traffic = aTraffic(COUNT, { seeded: 0.8 })
    const stored = traffic.runs
      .filter(run => !traffic.seeded.includes(run))
      .filter((_, n) => n % STORED_EVERY === 0)
    await storeSome(swift, stored)
    const file = writeSiteConfig({
      folder: newFolder(),
      releases: ['noble'],
      broker,
      store: swift,
      completeQueue: QUEUE,
    })
    const download = daemonOf('download-results', file)
    const index = daemonOf('index-results', file)
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), {
      timeout: 60_000,
      interval: 200,
    })
    await sleep(DECLARED_MS)
    const worker = await connectWorker(broker)
    onTestFinished(() => worker.close())

    const restart = async () => {
      await broker.kill()
      await broker.restart()
    }
    let swiftUp: Promise<void> | undefined
    let lock: ReturnType<typeof lockFile> | undefined
    await sayAll(worker, traffic.bodies, [
      { at: 600, strike: () => swift.kill() },
      { at: 1000, strike: restart },
      // Killed with hundreds of messages in hand, none of which it could commit
      {
        at: 1800,
        strike: async () => {
          lock = lockFile(join(folder, 'data', 'autopkgtest.db'))
        },
      },
      {
        at: 2300,
        strike: async () => {
          await download.kill()
          lock?.release()
          await download.start()
        },
      },
      {
        at: 2400,
        strike: async () => {
          swiftUp = swift.restart()
        },
      },
      { at: 3200, strike: restart },
      { at: 4200, strike: () => Promise.all([download.restart(), index.restart()]) },
    ])
    await swiftUp
    await untilEmpty(broker, QUEUE)

    const derivedFile = join(folder, 'data', 'derived.db')
    const derived = await sqliteDerived({ file: derivedFile, log })
    await vi.waitFor(() => expectDetails(derived, stored), { timeout: 120_000, interval: 1000 })
    // Of those that were said while nobody was killed: nobody looks for files that were never here
    const quiet = traffic.runs.slice(2700, 3900).filter(run => traffic.seeded.includes(run))
    for (const run of quiet) expect(await derived.details(run)).toMatchObject({ state: 'missing' })
    await derived.close()
    // What it would have kept for itself goes back when it ends
    expect((await download.end()).status).toBe(0)
    await index.end()
    await untilEmpty(broker, QUEUE)
    await expectDeadLetters(worker, traffic)

    const database = new Database(join(folder, 'data', 'autopkgtest.db'), { readonly: true })
    onTestFinished(() => void database.close())
    expect(inOrder(database.prepare(ROWS()).all() as Run[])).toEqual(inOrder(traffic.runs))
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  }, 300_000)
})

describeWith(['rabbitmq', 'postgres'], 'broker, database and daemon killed amid 5,000 completions', () => {
  it('leave each run once on PostgreSQL, and only what is malformed aside', async () => {
    const [broker, postgres] = await Promise.all([startRabbitmq(), startPostgres()])
    onTestFinished(async () => {
      await Promise.all([broker.stop(), postgres.stop()])
    })
    const traffic = aTraffic(COUNT, { seeded: 0.02 })
    const file = writeSiteConfig({
      folder: newFolder(),
      releases: ['noble'],
      broker,
      database: postgres.url,
      store: { path: join(folder, 'store') },
      completeQueue: QUEUE,
    })
    const download = daemonOf('download-results', file)
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), {
      timeout: 60_000,
      interval: 200,
    })
    await sleep(DECLARED_MS)
    const worker = await connectWorker(broker)
    onTestFinished(() => worker.close())

    await sayAll(worker, traffic.bodies, [
      { at: 800, strike: () => postgres.kill().then(() => postgres.restart()) },
      { at: 1800, strike: () => broker.kill().then(() => broker.restart()) },
      // Killed with hundreds of messages in hand, none of which it could commit
      { at: 2600, strike: () => postgres.kill() },
      {
        at: 3100,
        strike: async () => {
          await download.kill()
          await postgres.restart()
          await download.start()
        },
      },
      { at: 4200, strike: () => download.restart() },
    ])
    await untilEmpty(broker, QUEUE)
    expect((await download.end()).status).toBe(0)
    await untilEmpty(broker, QUEUE)
    await expectDeadLetters(worker, traffic)

    types.setTypeParser(types.builtins.INT8, Number)
    const client = new Client(postgres.url)
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query(ROWS('results.'))
    expect(inOrder(rows)).toEqual(inOrder(traffic.runs))
  }, 300_000)
})
