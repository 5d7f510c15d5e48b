import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { describeWhereAllowed, freshVhost, type RabbitmqFacts } from '../servers/harness/index.ts'
import { consumersOf, queueFacts } from './broker-facts.ts'
import { logIn } from './log-in.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSite } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { makeSmallDisk, noSmallDisk, type SmallDisk } from './small-disk.ts'
import { aTraffic } from './traffic.ts'
import { A_REPORT, connectWorker, type Worker } from './worker.ts'

const QUEUE = 'complete-on-a-full-disk'
const WAITING = 'debci-noble-amd64'
const COUNT = 2000
const WITHIN = { timeout: 45_000, interval: 300 }
const PAGES = [
  '/',
  '/recent',
  '/running',
  '/queues.json',
  '/packages/hello',
  '/static/running.json',
  '/readyz',
]

describeWhereAllowed(noSmallDisk(), ['rabbitmq'], 'the service with its data on a full disk', () => {
  const traffic = aTraffic(COUNT, { seeded: 1 })
  const accepted: string[] = []
  let folder: string
  let disk: SmallDisk
  let broker: RabbitmqFacts
  let worker: Worker
  let site: SiteProgram
  let cookie: string

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'full-disk-'))
    disk = makeSmallDisk(join(folder, 'data'), 24)
    broker = await freshVhost()
    worker = await connectWorker(broker)
    await worker.enqueue(WAITING, [])
    const config = writeSiteConfig({
      folder,
      releases: ['noble'],
      broker,
      store: { path: join(folder, 'store') },
      completeQueue: QUEUE,
      sections: JOE_UPLOADS,
    })
    site = await startSite('start', '--config', config)
    cookie = await logIn(site.url)
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), {
      timeout: 30_000,
      interval: 200,
    })
    await worker.report(JSON.stringify(A_REPORT))
    await vi.waitFor(() => expect(dataFile('running.json')).toContain('hello'), { timeout: 20_000 })
    await vi.waitFor(() => expect(dataFile('queued.json')).toContain('noble'), { timeout: 20_000 })
    disk.fill()
    for (let from = 0; from < traffic.bodies.length; from += 500) {
      await Promise.all(traffic.bodies.slice(from, from + 500).map(body => worker.complete(body)))
    }
    await worker.report(JSON.stringify({ ...A_REPORT, package: 'gzip' }))
    await worker.enqueue(WAITING, ['gzip\n{"triggers": ["gzip/1"]}'])
  })
  afterAll(async () => {
    await endPrograms()
    await worker?.close()
    disk?.remove()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const dataFile = (name: string) => readFileSync(join(disk.folder, name), 'utf8')
  const ask = (path: string) => fetch(`${site.url}${path}`, { headers: { cookie } })
  const request = async (n: number) => {
    const answer = await ask(`/request.cgi?release=noble&arch=amd64&package=hello&trigger=glibc/${n}`)
    if (answer.status === 200) accepted.push(`glibc/${n}`)
    return { status: answer.status, wait: answer.headers.get('retry-after'), text: await answer.text() }
  }
  const failures = (daemon: string) =>
    logLines(site.said()).filter(line => line.daemon === daemon && line.level === 50)
  /** What others wrote beside the files that they replace. */
  const temporaryFiles = () =>
    (readdirSync(disk.folder, { recursive: true }) as string[]).filter(name => name.includes('.new-'))

  it('goes on answering pages', async () => {
    for (const path of PAGES) expect([path, (await ask(path)).status]).toEqual([path, 200])
  })

  it('answers 503 to a request that it cannot record, and says why', async () => {
    const answers: Awaited<ReturnType<typeof request>>[] = []
    for (let n = 0; n < 30; n++) answers.push(await request(n))
    const refused = answers.filter(answer => answer.status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const { status, wait, text } of refused) {
      expect([status, wait], text).toEqual([503, '20'])
      expect(text).toContain('The request could not be recorded. Please try again later.')
      expect(text).not.toContain(folder)
    }
  })

  it('keeps completions in their queue, and tries more and more seldom to record them', async () => {
    await vi.waitFor(() => expect(failures('download-results').length).toBeGreaterThan(3), WITHIN)
    const tries = failures('download-results').map(line => line.time)
    // After half a second, then after twice as long each time, give or take a tenth
    const halves = ((tries.at(-1) as number) - (tries[0] as number)) / 450
    expect(tries.length).toBeLessThanOrEqual(2 + Math.log2(halves + 1))
    for (const { err } of failures('download-results')) {
      expect(err?.message).toContain(`${disk.folder}/autopkgtest.db cannot grow: the disk is full`)
    }
  })

  it('leaves the files that others read as they were, and nothing beside them', async () => {
    await vi.waitFor(() => {
      for (const daemon of ['amqp-status-collector', 'cache-amqp']) {
        expect(failures(daemon).length, daemon).toBeGreaterThan(0)
      }
    }, WITHIN)
    expect(Object.keys(JSON.parse(dataFile('running.json')))).toEqual(['hello'])
    expect(JSON.parse(dataFile('queued.json')).queues.ubuntu.noble.amd64).toEqual({ size: 0, requests: [] })
    expect(temporaryFiles()).toEqual([])
    const [status] = failures('amqp-status-collector')
    expect(status?.err?.message).toBe(
      `${disk.folder}/running.json cannot be written: the disk is full (ENOSPC): ENOSPC: no space left on device, write`,
    )
  })

  it('counts what fails in its metrics', async () => {
    const metrics = await (await ask('/metrics')).text()
    expect(metrics).toMatch(/daemon_runs_total\{daemon="amqp-status-collector",outcome="failed"\} [1-9]/)
    expect(metrics).toMatch(/daemon_runs_total\{daemon="cache-amqp",outcome="failed"\} [1-9]/)
    const lag = /daemon_lag_seconds\{daemon="download-results"\} (\S+)/.exec(metrics)?.[1]
    expect(Number(lag)).toBeGreaterThan(3)
  })

  it('catches up by itself once there is room', async () => {
    const before = { rows: countRows(disk.folder), accepted: accepted.length }
    expect(before.rows).toBeLessThan(COUNT)
    disk.free()
    expect((await request(1000)).status).toBe(200)
    await vi.waitFor(() => expect(countRows(disk.folder)).toBe(COUNT), WITHIN)
    await vi.waitFor(async () => {
      const facts = await queueFacts(broker)
      expect(facts[QUEUE]).toEqual({ ready: 0, unacked: 0 })
      for (const { unacked } of Object.values(facts)) expect(unacked).toBe(0)
    }, WITHIN)
    await vi.waitFor(() => expect(dataFile('running.json')).toContain('gzip'), WITHIN)
    await vi.waitFor(() => expect(dataFile('queued.json')).toContain('gzip'), WITHIN)
    expect(temporaryFiles()).toEqual([])

    const letters = (await worker.drain('autopkgtest-web.dead-letter')).map(letter => letter.body)
    expect([...new Set(letters)].toSorted()).toEqual(traffic.malformed.toSorted())
    const queued = (await worker.drain(WAITING)).map(({ body }) => splitRequestBody(body)?.params.triggers)
    expect(queued.flat().toSorted()).toEqual([...accepted, 'gzip/1'].toSorted())
  })
})

interface LogLine {
  readonly level: number
  readonly time: number
  readonly daemon?: string
  readonly err?: { readonly message: string }
}

/** What the program said, without a line that is being written. */
const logLines = (said: string): LogLine[] =>
  said
    .slice(0, said.lastIndexOf('\n'))
    .split('\n')
    .map(line => JSON.parse(line) as LogLine)

function countRows(folder: string): number {
  const database = new Database(join(folder, 'autopkgtest.db'), { readonly: true })
  try {
    return database.prepare('SELECT count(*) FROM result').pluck().get() as number
  } finally {
    database.close()
  }
}
