import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, expect, it, onTestFinished, vi } from 'vitest'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { describeWith, startPostgres, startRabbitmq, startSwift } from '../servers/harness/index.ts'
import { reservePorts } from '../servers/harness/ports.ts'
import { consumersOf, queueFacts } from './broker-facts.ts'
import { daemonOf, websiteOf } from './killable.ts'
import { logIn } from './log-in.ts'
import { MINUTES, SEED } from './long-test.ts'
import { buildIfNeeded, endPrograms } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { aTraffic, randomFrom } from './traffic.ts'
import { A_REPORT, connectWorker } from './worker.ts'

const ARCHES = ['amd64', 'arm64', 's390x']
const QUEUE = 'complete-under-torture'
const DAEMONS = [
  'download-results',
  'index-results',
  'amqp-status-collector',
  'cache-amqp',
  'publish-db',
  'settle-requests',
]
/** RabbitMQ writes declarations to the disk up to two seconds late. */
const DECLARED_MS = 2500
/** A request of which nobody knows whether it was queued is looked for twice, a minute apart, when it is old enough. */
const SETTLED_MS = 6 * 60_000
/** What any page may answer while something is away. */
const FAIR = [200, 403, 404, 503]

describeWith(['rabbitmq', 'swift', 'postgres'], 'everything killed at random under load', () => {
  afterAll(() => endPrograms())

  it(
    'loses nothing, does nothing twice, and is back by itself',
    async () => {
      buildIfNeeded()
      const folder = mkdtempSync(join(tmpdir(), 'torture-'))
      const [broker, swift, postgres] = await Promise.all([startRabbitmq(), startSwift(), startPostgres()])
      onTestFinished(async () => {
        await Promise.all([broker.stop(), swift.stop(), postgres.stop()])
        rmSync(folder, { recursive: true, force: true })
      })
      const worker = await connectWorker(broker)
      onTestFinished(() => worker.close())
      for (const arch of ARCHES) await worker.enqueue(`debci-noble-${arch}`, [])
      const config = writeSiteConfig({
        folder,
        releases: ['noble'],
        arches: ARCHES,
        database: postgres.url,
        broker,
        store: swift,
        completeQueue: QUEUE,
        web: { listen: `127.0.0.1:${await reservePorts()}` },
        sections: {
          ...JOE_UPLOADS,
          limits: { requests_per_hour: '1000000' },
        },
      })
      const site = await websiteOf(config)
      const daemons = DAEMONS.map(name => daemonOf(name, config))
      await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), {
        timeout: 60_000,
        interval: 300,
      })
      await sleep(DECLARED_MS)
      const cookie = await logIn(site.url)

      const random = randomFrom(SEED)
      const until = Date.now() + MINUTES * 60_000
      const isOver = () => Date.now() >= until
      const traffic = aTraffic(Math.ceil(MINUTES * 1200), { seeded: 1 })
      const said: string[] = []
      const accepted = new Map<string, string>()
      const odd: string[] = []

      const complete = async () => {
        for (const body of traffic.bodies) {
          if (isOver()) return
          await worker.complete(body)
          said.push(body)
          await sleep(40)
        }
      }
      const report = async () => {
        while (!isOver()) {
          await worker.report(JSON.stringify(A_REPORT)).catch(() => undefined)
          await sleep(500)
        }
      }
      const request = async () => {
        for (let n = 0; !isOver(); n++) {
          const path = `/request.cgi?release=noble&arch=${ARCHES[n % 3]}&package=hello&trigger=hello/${n}`
          const headers = { cookie, accept: 'application/json' }
          const answer = await ask(`${site.url}${path}`, headers)
          if (answer?.status === 200) {
            const [one] = (JSON.parse(answer.text) as { requests: [{ uuid: string }] }).requests
            accepted.set(one.uuid, `hello/${n}`)
          } else if (answer !== undefined && !FAIR.includes(answer.status))
            odd.push(`${path}: ${answer.status}`)
          await sleep(100)
        }
      }
      const read = async () => {
        for (let n = 0; !isOver(); n++) {
          const path = PATHS[n % PATHS.length] as string
          const answer = await ask(`${site.url}${path}`)
          if (answer !== undefined && !isFair(path, answer))
            odd.push(`${path}: ${answer.status} ${answer.text.slice(-80)}`)
          await sleep(50)
        }
      }
      const strike = async () => {
        const servers = [broker, swift, postgres]
        while (!isOver()) {
          await sleep(2000 + random() * 3000)
          const victims = [...servers, site, ...daemons]
          const victim = victims[Math.floor(random() * victims.length)] as (typeof victims)[number]
          await victim.kill()
          await sleep(random() * 3000)
          await ('start' in victim ? victim.start() : victim.restart())
        }
      }
      await Promise.all([complete(), report(), request(), read(), strike()])
      expect(odd).toEqual([])

      // All is up again: nobody lends a hand from here on
      const wanted = traffic.runs.filter(run => said.some(body => body.includes(run.runId)))
      await vi.waitFor(async () => expect(await rowsOf(postgres.url)).toEqual(runIds(wanted)), {
        timeout: 120_000,
        interval: 1000,
      })
      await vi.waitFor(
        async () => {
          const facts = await queueFacts(broker)
          expect(Object.values(facts).map(queue => queue.unacked)).toEqual(Object.values(facts).map(() => 0))
          expect(facts[QUEUE]?.ready).toBe(0)
        },
        { timeout: 60_000, interval: 500 },
      )
      const found = new Map<string, number>()
      await vi.waitFor(
        async () => {
          for (const uuid of await drainUuids(worker)) found.set(uuid, (found.get(uuid) ?? 0) + 1)
          expect([...accepted.keys()].filter(uuid => !found.has(uuid))).toEqual([])
        },
        { timeout: SETTLED_MS, interval: 2000 },
      )
      expect([...found].filter(([, times]) => times > 1)).toEqual([])
      expect(accepted.size).toBeGreaterThan(10)

      await vi.waitFor(() => expect(isPublished(join(folder, 'data'), wanted.length)).toBe(true), {
        timeout: 120_000,
        interval: 1000,
      })
      for (const name of ['running.json', 'queued.json']) {
        JSON.parse(readFileSync(join(folder, 'data', name), 'utf8'))
      }
      const ready = await ask(`${site.url}/readyz`)
      expect(ready?.status, ready?.text).toBe(200)
    },
    MINUTES * 60_000 + 2 * SETTLED_MS,
  )
})

const PATHS = [
  '/',
  '/recent',
  '/running',
  '/queues.json',
  '/packages/hello',
  '/api/experimental/recent.json',
  '/static/running.json',
]

interface Answered {
  readonly status: number
  readonly text: string
}

/** Undefined while the website is dead, or dies. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<Answered | undefined> {
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(40_000) })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return undefined
  }
}

/** What is answered is whole. */
function isFair(path: string, { status, text }: Answered): boolean {
  if (!FAIR.includes(status)) return false
  if (!path.endsWith('.json')) return text.trimEnd().endsWith('</html>')
  JSON.parse(text)
  return true
}

const runIds = (runs: readonly { runId: string }[]) => runs.map(run => run.runId).toSorted()

async function rowsOf(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT run_id FROM results.result ORDER BY run_id')
    return rows.map(row => row.run_id as string)
  } finally {
    await client.end()
  }
}

async function drainUuids(worker: Awaited<ReturnType<typeof connectWorker>>): Promise<string[]> {
  const waiting = await Promise.all(ARCHES.map(arch => worker.drain(`debci-noble-${arch}`)))
  return waiting.flat().map(({ body }) => String(splitRequestBody(body)?.params.uuid))
}

/** Whether the published database is whole, has so many rows, and is what its checksum says. */
function isPublished(data: string, rows: number): boolean {
  const file = join(data, 'public/autopkgtest.db')
  const sum = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (readFileSync(`${file}.sha256`, 'utf8') !== sum) return false
  const database = new Database(file, { readonly: true })
  try {
    const isWhole = database.pragma('integrity_check', { simple: true }) === 'ok'
    return isWhole && database.prepare('SELECT count(*) FROM result').pluck().get() === rows
  } finally {
    database.close()
  }
}
