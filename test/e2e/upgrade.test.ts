import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { describeWith, freshDatabase, freshVhost } from '../servers/harness/index.ts'
import { consumersOf, untilEmpty } from './broker-facts.ts'
import { type Installation, installNewer } from './newer-program.ts'
import { askPages } from './page-load.ts'
import {
  buildIfNeeded,
  endPrograms,
  startProgram,
  startProgramOf,
  startSite,
  untilItListens,
} from './program.ts'
import { writeSiteConfig } from './site-config.ts'
import { aTraffic } from './traffic.ts'
import { connectWorker } from './worker.ts'

const COMPLETIONS = 200
const QUEUE = 'complete-of-two-versions'
const DAEMONS = ['download-results', 'index-results']
const WITHIN = { timeout: 60_000, interval: 200 }
const GOES_ON = /was written by a newer autopkgtest-web: using it as it is/
/** What the tables that pages and daemons use all the time may get while they are used. */
const STEPS = [
  {
    database: 'results',
    sqlite: 'CREATE INDEX result_env_ix ON result(env)',
    postgres: `ALTER TABLE results.result ADD COLUMN host text;
      ALTER TABLE results.test ADD COLUMN weight integer NOT NULL DEFAULT 1;
      CREATE INDEX result_host_ix ON results.result(host) WHERE host IS NOT NULL`,
  },
  {
    database: 'derived',
    sqlite: "ALTER TABLE detail ADD COLUMN kind TEXT; CREATE TABLE kind(name TEXT NOT NULL DEFAULT '')",
    postgres:
      "ALTER TABLE derived.detail ADD COLUMN kind text; CREATE TABLE derived.kind(name text DEFAULT '')",
  },
  {
    database: 'state',
    sqlite: "ALTER TABLE request ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    postgres: "ALTER TABLE state.request ADD COLUMN host text NOT NULL DEFAULT ''",
  },
] as const

/** Reads all rows of `result`, and the columns of `request`. */
interface Rows {
  readonly runIds: () => Promise<string[]>
  readonly requestColumns: () => Promise<string[]>
}

async function upgradeUnderLoad(
  newer: Installation,
  folder: string,
  given: { readonly database?: string; readonly rows: Rows },
): Promise<void> {
  const broker = await freshVhost()
  const config = writeSiteConfig({
    folder,
    releases: ['noble'],
    arches: ['amd64', 'arm64', 's390x'],
    broker,
    store: { path: join(folder, 'store') },
    completeQueue: QUEUE,
    ...(given.database === undefined ? {} : { database: given.database }),
  })
  const withConfig = ['--config', config]
  const site = await startSite('serve', ...withConfig)
  const daemons = startProgram('daemon', ...DAEMONS, ...withConfig)
  const worker = await connectWorker(broker)
  onTestFinished(() => worker.close())
  await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), WITHIN)

  const traffic = aTraffic(COMPLETIONS, { seeded: 0.1 })
  const [run] = traffic.runs as [(typeof traffic.runs)[0]]
  const paths = ['/', '/recent', `/packages/${run.package}`, '/api/experimental/recent.json', '/queues.json']
  const pages = askPages(site.url, paths)
  let said = 0
  const saying = (async () => {
    for (const body of traffic.bodies) {
      await worker.complete(body)
      said++
      await sleep(15)
    }
  })()
  await vi.waitFor(() => expect(said).toBeGreaterThan(COMPLETIONS / 5), WITHIN)

  expect(await given.rows.requestColumns()).not.toContain('host')
  // By two at once, as a start migrates too
  const migrate = () => startProgramOf(newer.root, 'db', 'migrate', ...withConfig).ended
  const migrated = await Promise.all([migrate(), migrate()])
  expect(migrated.map(({ status }) => status)).toEqual([0, 0])
  const taken = migrated.flatMap(({ stderr }) => stderr.match(/up to date: of-the-next-version/g) ?? [])
  expect(taken).toHaveLength(STEPS.length)
  expect(await given.rows.requestColumns()).toContain('host')
  const whenMigrated = pages.seen().ok
  // In the middle of an upgrade an old daemon dies, and is started again as it was
  await daemons.end('SIGKILL')
  const again = startProgram('daemon', ...DAEMONS, ...withConfig)
  await vi.waitFor(() => expect(again.said()).toMatch(GOES_ON), WITHIN)
  await saying
  await vi.waitFor(async () => expect(await given.rows.runIds()).toEqual(runIds(traffic.runs)), WITHIN)
  await untilEmpty(broker, QUEUE)
  await expect.poll(() => newestOn(site.url), WITHIN).toBe(runIds(traffic.runs).at(-1))
  await vi.waitFor(() => expect(pages.seen().ok).toBeGreaterThan(whenMigrated + 50), WITHIN)
  await pages.stop()
  expect([pages.odd(), pages.seen().unavailable, pages.seen().slow]).toEqual([[], 0, 0])

  // Now the websites, one after the other; and back, should it be no good
  const [next, back] = await Promise.all([
    untilItListens(startProgramOf(newer.root, 'serve', ...withConfig)),
    startSite('serve', ...withConfig),
  ])
  expect([next, back].map(program => GOES_ON.test(program.said()))).toEqual([false, true])
  for (const { url } of [next, back]) expect(await newestOn(url)).toBe(runIds(traffic.runs).at(-1))
  for (const program of [site, again, next, back]) expect((await program.end()).status).toBe(0)
}

describeWith(['rabbitmq', 'postgres'], 'an upgrade under load', () => {
  let newer: Installation
  let folder: string
  beforeAll(() => {
    buildIfNeeded()
    newer = installNewer(STEPS)
    folder = mkdtempSync(join(tmpdir(), 'upgrade-'))
  })
  afterAll(async () => {
    await endPrograms()
    newer?.remove()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  it('changes the schemas on SQLite while the old version serves, and costs no page and no completion', async () => {
    const read = async (file: string, sql: string) => {
      const db = new Database(join(folder, 'data', file), { readonly: true })
      try {
        return db.prepare(sql).pluck().all() as string[]
      } finally {
        db.close()
      }
    }
    await upgradeUnderLoad(newer, folder, {
      rows: {
        runIds: () => read('autopkgtest.db', 'SELECT run_id FROM result ORDER BY run_id'),
        requestColumns: () => read('state.db', "SELECT name FROM pragma_table_info('request')"),
      },
    })
  })

  it('changes the schemas on PostgreSQL likewise', async () => {
    const { url } = await freshDatabase()
    const read = async (sql: string) => {
      const client = new Client({ connectionString: url })
      await client.connect()
      try {
        return (await client.query<{ name: string }>(sql)).rows.map(row => row.name)
      } finally {
        await client.end()
      }
    }
    await upgradeUnderLoad(newer, folder, {
      database: url,
      rows: {
        runIds: () => read('SELECT run_id AS name FROM results.result ORDER BY run_id COLLATE "C"'),
        requestColumns: () =>
          read(`SELECT column_name AS name FROM information_schema.columns
            WHERE table_schema = 'state' AND table_name = 'request'`),
      },
    })
  })
})

const runIds = (runs: readonly { runId: string }[]) => runs.map(run => run.runId).toSorted()

async function newestOn(siteUrl: string): Promise<string | undefined> {
  const answer = await fetch(`${siteUrl}/api/experimental/recent.json?limit=1`)
  return ((await answer.json()) as { run_id: string }[])[0]?.run_id
}
