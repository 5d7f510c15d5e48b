import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { describeWith, freshVhost, startPostgres, startStandby, urlOfAll } from '../servers/harness/index.ts'
import { consumersOf, untilEmpty } from './broker-facts.ts'
import { askPages } from './page-load.ts'
import { buildIfNeeded, endPrograms, startProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'
import { aTraffic } from './traffic.ts'
import { connectWorker } from './worker.ts'

const COMPLETIONS = 300
const QUEUE = 'complete-of-a-pair'
const WITHIN = { timeout: 60_000, interval: 300 }
/** How long nobody can be written to: until whoever watches the servers has made up their mind. */
const AWAY_MS = 4000

describeWith(['rabbitmq', 'postgres'], 'a website and its daemons on a pair of PostgreSQL servers', () => {
  beforeAll(() => buildIfNeeded())
  afterAll(() => endPrograms())

  it('go on by themselves on the standby that took over, with each completion once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'failover-'))
    const [primary, broker] = await Promise.all([startPostgres(), freshVhost()])
    onTestFinished(async () => {
      await primary.stop()
      rmSync(folder, { recursive: true, force: true })
    })
    const standby = await startStandby(primary)
    onTestFinished(() => standby.stop())
    const config = writeSiteConfig({
      folder,
      releases: ['noble'],
      arches: ['amd64', 'arm64', 's390x'],
      database: urlOfAll(primary, standby),
      broker,
      store: { path: join(folder, 'store') },
      completeQueue: QUEUE,
    })
    const worker = await connectWorker(broker)
    onTestFinished(() => worker.close())
    const site = await startSite('serve', '--config', config)
    const daemons = startProgram(
      'daemon',
      'download-results',
      'index-results',
      'publish-db',
      '--config',
      config,
    )
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), WITHIN)

    const traffic = aTraffic(COMPLETIONS, { seeded: 0.1 })
    const [run] = traffic.runs as [(typeof traffic.runs)[0]]
    const pages = askPages(site.url, [
      '/',
      '/recent',
      `/packages/${run.package}`,
      '/api/experimental/recent.json',
    ])
    let said = 0
    const saying = (async () => {
      for (const body of traffic.bodies) {
        await worker.complete(body)
        said++
        await sleep(10)
      }
    })()
    await vi.waitFor(() => expect(said).toBeGreaterThan(COMPLETIONS / 4), WITHIN)

    await primary.kill()
    await sleep(AWAY_MS)
    const away = pages.seen()
    await standby.promote()
    await expect.poll(() => pages.lastStatuses(), WITHIN).toEqual([200, 200, 200, 200])
    const back = pages.seen()
    await saying
    await vi.waitFor(async () => expect(await runIdsOn(standby.url)).toEqual(runIds(traffic.runs)), WITHIN)
    await untilEmpty(broker, QUEUE)
    // Kept pages and what is derived know of what came after
    const newest = runIds(traffic.runs).at(-1)
    await expect.poll(() => newestOn(site.url), WITHIN).toBe(newest)
    await expect.poll(() => indexed(standby.url), WITHIN).toBe(COMPLETIONS)
    await pages.stop()

    expect(away.slow).toBe(0)
    expect(pages.odd()).toEqual([])
    expect(pages.seen().unavailable).toBeGreaterThan(0)
    // Never again once it was back
    expect(pages.seen().unavailable).toBe(back.unavailable)
    expect((await fetch(`${site.url}/readyz`)).status).toBe(200)
    for (const program of [site, daemons]) expect((await program.end()).status).toBe(0)
  })
})

const runIds = (runs: readonly { runId: string }[]) => runs.map(run => run.runId).toSorted()

async function ask<Row>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows as Row[]
  } finally {
    await client.end()
  }
}

async function runIdsOn(url: string): Promise<string[]> {
  return runIds(await ask<{ runId: string }>(url, 'SELECT run_id AS "runId" FROM results.result'))
}

async function indexed(url: string): Promise<number> {
  const [row] = await ask<{ runs: number }>(url, 'SELECT count(*)::integer AS runs FROM derived.run_index')
  return row?.runs ?? 0
}

async function newestOn(siteUrl: string): Promise<string | undefined> {
  const answer = await fetch(`${siteUrl}/api/experimental/recent.json?limit=1`)
  return ((await answer.json()) as { run_id: string }[])[0]?.run_id
}
