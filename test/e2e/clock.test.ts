import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { describeWith, freshVhost, type RabbitmqFacts } from '../servers/harness/index.ts'
import { consumersOf, queueFacts } from './broker-facts.ts'
import { logIn } from './log-in.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startSiteWith } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { aTraffic } from './traffic.ts'
import { connectWorker, type Worker } from './worker.ts'
import { aWrongClock, type WrongClock } from './wrong-clock.ts'

const QUEUE = 'complete-at-the-wrong-time'
const WAITING = 'debci-noble-amd64'
const PART = 100
/** Of requests, for one requester. */
const AN_HOUR = 3
const WITHIN = { timeout: 30_000, interval: 300 }
/** Daemons look at the time at least so often. */
const LOOK_MS = 2500
const PAGES = ['/', '/recent', '/running', '/queues.json', '/packages/hello', '/user/joe/requests', '/readyz']

const statusOf = (name: string, running = true) =>
  JSON.stringify({
    release: 'noble',
    architecture: 'amd64',
    package: name,
    running,
    params: { triggers: [`${name}/1`] },
    duration: 10,
    logtail: 'line\n',
  })

describeWith(['rabbitmq', 'faketime'], 'the service while the clock jumps', () => {
  const traffic = aTraffic(3 * PART, { seeded: 1 })
  const completions = traffic.bodies.filter(body => !traffic.malformed.includes(body))
  let folder: string
  let clock: WrongClock
  let broker: RabbitmqFacts
  let worker: Worker
  let site: SiteProgram
  let cookie: string
  let said = 0
  const accepted: string[] = []
  const taken: string[] = []

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'clock-'))
    clock = aWrongClock(folder)
    broker = await freshVhost()
    worker = await connectWorker(broker)
    await worker.enqueue(WAITING, [])
    const config = writeSiteConfig({
      folder,
      releases: ['noble'],
      broker,
      store: { path: join(folder, 'store') },
      completeQueue: QUEUE,
      sections: {
        ...JOE_UPLOADS,
        limits: { requests_per_hour: String(AN_HOUR) },
      },
    })
    site = await startSiteWith(clock.env, 'start', '--config', config)
    cookie = await logIn(site.url)
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), WITHIN)
    await worker.report(statusOf('hello'))
    await vi.waitFor(() => expect(running()).toEqual(['hello']), WITHIN)
  })
  afterAll(async () => {
    await endPrograms()
    await worker?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const running = () => Object.keys(JSON.parse(readFileSync(join(folder, 'data/running.json'), 'utf8')))
  const ask = (path: string) => fetch(`${site.url}${path}`, { headers: { cookie } })
  async function request(trigger: string): Promise<number> {
    const { status } = await ask(`/request.cgi?release=noble&arch=amd64&package=hello&trigger=${trigger}`)
    if (status === 200) accepted.push(trigger)
    return status
  }
  /** Takes what waits, as a worker does. */
  async function takeAll(): Promise<void> {
    for (const { body } of await worker.drain(WAITING)) {
      taken.push(...((splitRequestBody(body)?.params.triggers ?? []) as string[]))
    }
  }
  /** Says another third of the completions, and waits until all that were said are recorded. */
  async function complete(): Promise<void> {
    const end = said + Math.ceil(completions.length / 3)
    const some = completions.slice(said, end)
    said = end
    await Promise.all(some.map(body => worker.complete(body)))
    const ids = traffic.runs.map(run => run.runId)
    const wanted = ids.filter(id => completions.slice(0, said).some(body => body.includes(id)))
    await vi.waitFor(() => expect(recorded(folder)).toEqual(wanted.toSorted()), WITHIN)
  }
  async function expectSound(): Promise<void> {
    await sleep(LOOK_MS)
    for (const path of PAGES) expect([path, (await ask(path)).status]).toEqual([path, 200])
    const metrics = await (await ask('/metrics')).text()
    const lags = [...metrics.matchAll(/daemon_lag_seconds\{daemon="(\S+)"\} (\S+)/g)]
    expect(lags.length).toBeGreaterThan(5)
    expect(lags.filter(([, , lag]) => Number(lag) > 10 || Number(lag) < 0)).toEqual([])
    expect(site.said()).not.toMatch(/^\{"level":[56]0/m)
  }

  it('forward by ten years, goes on and asks people to log in again', async () => {
    expect(await request('glibc/1')).toBe(200)
    await takeAll()
    clock.set('+3650d')
    await expectSound()
    expect(running()).toEqual(['hello'])
    await complete()
    expect(await request('glibc/2')).toBe(403)
    cookie = await logIn(site.url)
    for (let n = 2; n < 2 + AN_HOUR; n++) expect(await request(`glibc/${n}`)).toBe(200)
    expect(await request('glibc/9')).toBe(429)
    await takeAll()
  })

  it('back to what it was, does not hold against people what they did in the future', async () => {
    clock.set('+0')
    await expectSound()
    expect(running()).toEqual(['hello'])
    await complete()
    expect(await request('glibc/8')).toBe(200)
    // Equal to one that was taken; until the queues are read again it may seem to wait
    await vi.waitFor(async () => expect(await request('glibc/2')).toBe(200), WITHIN)
    await takeAll()
  })

  it('back by five hours, keeps up with what workers say', async () => {
    clock.set('-5h')
    await expectSound()
    await complete()
    await worker.report(statusOf('gzip'))
    await vi.waitFor(() => expect(running()).toEqual(['gzip', 'hello']), WITHIN)
    await worker.report(statusOf('hello', false))
    await vi.waitFor(() => expect(running()).toEqual(['gzip']), WITHIN)
    expect(await request('glibc/20')).toBe(200)
    await takeAll()
  })

  it('has recorded each completion once, queued each request once, and left nothing', async () => {
    expect(recorded(folder)).toEqual(traffic.runs.map(run => run.runId).toSorted())
    expect(taken.toSorted()).toEqual(accepted.toSorted())
    for (const [name, { unacked }] of Object.entries(await queueFacts(broker))) {
      expect([name, unacked]).toEqual([name, 0])
    }
    expect((await site.end()).status).toBe(0)
  })
})

function recorded(folder: string): string[] {
  const database = new Database(join(folder, 'data/autopkgtest.db'), { readonly: true })
  try {
    return (database.prepare('SELECT run_id FROM result').pluck().all() as string[]).toSorted()
  } finally {
    database.close()
  }
}
