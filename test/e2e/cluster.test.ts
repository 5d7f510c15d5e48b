import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import {
  describeWith,
  freshDatabase,
  freshProject,
  freshVhost,
  type PostgresFacts,
  type RabbitmqFacts,
} from '../servers/harness/index.ts'
import { consumersOf } from './broker-facts.ts'
import { logIn } from './log-in.ts'
import {
  buildIfNeeded,
  endPrograms,
  type Program,
  type SiteProgram,
  startProgram,
  startSite,
} from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { aTraffic } from './traffic.ts'
import { A_REPORT, connectWorker, type Worker } from './worker.ts'

const ARCHES = ['amd64', 'arm64', 's390x']
const DAEMONS = ['download-results', 'amqp-status-collector', 'cache-amqp', 'publish-db', 'settle-requests']
const COMPLETIONS = 600
const QUEUE = 'complete-of-both'

/** One machine of several: its own folder and processes, over what all share. */
interface Machine {
  readonly config: string
  readonly daemons: Program
  readonly site: SiteProgram
}

describeWith(['rabbitmq', 'swift', 'postgres'], 'two machines that share database, broker and store', () => {
  let folder: string
  let database: PostgresFacts
  let broker: RabbitmqFacts
  let worker: Worker
  let machines: [Machine, Machine]
  let cookie: string

  async function startMachine(
    name: string,
    swift: Awaited<ReturnType<typeof freshProject>>,
  ): Promise<Machine> {
    const own = join(folder, name)
    mkdirSync(own)
    const config = writeSiteConfig({
      folder: own,
      releases: ['noble'],
      arches: ARCHES,
      database: database.url,
      broker,
      store: swift,
      completeQueue: QUEUE,
      sections: JOE_UPLOADS,
    })
    const site = await startSite('serve', '--config', config)
    return { config, site, daemons: startProgram('daemon', ...DAEMONS, '--config', config) }
  }

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'cluster-'))
    const [shared, vhost, swift] = await Promise.all([freshDatabase(), freshVhost(), freshProject()])
    database = shared
    broker = vhost
    worker = await connectWorker(broker)
    for (const arch of ARCHES) await worker.enqueue(`debci-noble-${arch}`, [])
    machines = await Promise.all([startMachine('one', swift), startMachine('two', swift)])
    // What is said before anybody listens, nobody hears
    await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(2), {
      timeout: 60_000,
      interval: 300,
    })
    cookie = await logIn(machines[0].site.url)
  })
  afterAll(async () => {
    await endPrograms()
    await worker?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const request = (site: SiteProgram, n: number) =>
    fetch(`${site.url}/request.cgi?release=noble&arch=${ARCHES[n % 3]}&package=hello&trigger=hello/${n}`, {
      headers: { cookie, accept: 'application/json' },
    })
  /** How often each trigger was queued. */
  async function queued(): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const arch of ARCHES) {
      for (const { body } of await worker.drain(`debci-noble-${arch}`)) {
        const [trigger = 'none'] = (splitRequestBody(body)?.params.triggers ?? []) as string[]
        found.set(trigger, (found.get(trigger) ?? 0) + 1)
      }
    }
    return found
  }
  async function rows(): Promise<number> {
    const client = new Client({ connectionString: database.url })
    await client.connect()
    try {
      const { rows: found } = await client.query('SELECT count(*)::int AS count FROM results.result')
      return found[0].count
    } finally {
      await client.end()
    }
  }

  it('know the same session, until it is ended on one of them', async () => {
    for (const { site } of machines) {
      const page = await fetch(`${site.url}/request.cgi?package=x`, { headers: { cookie } })
      expect([page.status, (await page.text()).includes('Logout joe')]).toEqual([400, true])
    }
  })

  it('record each completion once, and show it on both', async () => {
    const traffic = aTraffic(COMPLETIONS, { seeded: 1 })
    for (let from = 0; from < traffic.bodies.length; from += 50) {
      await Promise.all(traffic.bodies.slice(from, from + 50).map(body => worker.complete(body)))
    }
    await vi.waitFor(async () => expect(await rows()).toBe(traffic.runs.length), {
      timeout: 60_000,
      interval: 500,
    })
    const newest = traffic.runs
      .map(run => run.runId)
      .toSorted()
      .at(-1)
    for (const { site } of machines) {
      await expect
        .poll(
          async () => {
            const page = await fetch(`${site.url}/api/experimental/recent.json?limit=1`)
            return ((await page.json()) as { run_id: string }[])[0]?.run_id
          },
          { timeout: 30_000 },
        )
        .toBe(newest)
    }
  })

  it('show on both what runs and what waits, with one reader of each queue or many', async () => {
    const report = () => worker.report(JSON.stringify(A_REPORT))
    await worker.enqueue('debci-noble-s390x', ['gzip\n{"triggers": ["gzip/1"]}'])
    for (const { site } of machines) {
      await expect
        .poll(
          async () => {
            await report()
            const [live, waiting] = await Promise.all([
              fetch(`${site.url}/static/running.json`).then(answer => answer.text()),
              fetch(`${site.url}/queues.json`).then(answer => answer.text()),
            ])
            return [live.includes('"hello"'), waiting.includes('gzip')]
          },
          { timeout: 60_000, interval: 1000 },
        )
        .toEqual([true, true])
    }
    await worker.drain('debci-noble-s390x')
  })

  it('queue one of two equal requests that come at the same moment', async () => {
    const numbers = Array.from({ length: 30 }, (_, n) => n + 100)
    const answers = await Promise.all(
      numbers.flatMap(n => machines.map(({ site }) => request(site, n).then(answer => answer.status))),
    )
    expect(answers.filter(status => status === 200)).toHaveLength(numbers.length)
    expect(answers.filter(status => status === 403)).toHaveLength(numbers.length)
    const found = await queued()
    expect([...found.keys()].toSorted()).toEqual(numbers.map(n => `hello/${n}`).toSorted())
    expect([...new Set(found.values())]).toEqual([1])
  })

  it('lose nothing that one has answered before it is killed, and the other goes on', async () => {
    const [one, other] = machines
    const accepted: string[] = []
    const ask = async (site: SiteProgram, n: number) => {
      const answer = await request(site, n).catch(() => undefined)
      if (answer?.status === 200) accepted.push(`hello/${n}`)
      await answer?.body?.cancel().catch(() => {})
      return answer?.status
    }
    const first = Array.from({ length: 200 }, (_, n) => n + 1000)
    const asking = Promise.all(first.map(n => ask(one.site, n)))
    await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(10), { interval: 5, timeout: 60_000 })
    await one.site.end('SIGKILL')
    await asking
    expect(await ask(other.site, 2000)).toBe(200)
    const found = await queued()
    for (const trigger of accepted) expect(found.get(trigger), trigger).toBe(1)
  })
})
