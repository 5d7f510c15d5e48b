import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it, onTestFinished, vi } from 'vitest'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeWorld } from '../../scripts/generate/world.ts'
import { writeResults } from '../../scripts/generate/write-results.ts'
import { runningId } from '../../src/contracts/files/running-id.ts'
import { runHash } from '../../src/domain/run/run-hash.ts'
import { links } from '../../src/web/links.ts'
import { completionOf } from '../builders/completions.ts'
import { aRun } from '../builders/run.ts'
import { describeWith, startRabbitmq } from '../servers/harness/index.ts'
import { consumersOf } from './broker-facts.ts'
import { openLiveReaders, saidAt } from './live-readers.ts'
import { logIn } from './log-in.ts'
import { MINUTES, SEED } from './long-test.ts'
import { buildIfNeeded, endPrograms, memoryOf, type Program, startProgram, startSite } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { aTraffic, randomFrom } from './traffic.ts'
import { connectWorker } from './worker.ts'

const RELEASES = ['jammy', 'noble']
const ARCHES = ['amd64', 'arm64', 's390x']
const QUEUE = 'complete-for-long'
const DAEMONS = [
  'download-results',
  'index-results',
  'amqp-status-collector',
  'cache-amqp',
  'publish-db',
  'stats',
  'settle-requests',
]
/** What a website may hold, whatever it serves. */
const MOST_BYTES = 250e6

describeWith(['rabbitmq'], 'hours of everything at once', () => {
  afterAll(() => endPrograms())

  it(
    'leave a website and its daemons as large as they were',
    async () => {
      buildIfNeeded()
      const folder = mkdtempSync(join(tmpdir(), 'endurance-'))
      const broker = await startRabbitmq()
      onTestFinished(async () => {
        await broker.stop()
        rmSync(folder, { recursive: true, force: true })
      })
      const worker = await connectWorker(broker)
      onTestFinished(() => worker.close())
      const queues = ARCHES.map(arch => `debci-noble-${arch}`)
      for (const queue of queues) await worker.enqueue(queue, [])
      mkdirSync(join(folder, 'data'))
      mkdirSync(join(folder, 'store'))
      const world = makeWorld({ seed: SEED, packages: 2000, releases: RELEASES, arches: ARCHES })
      const known = [...makeRuns(world, { count: 30_000, years: 1, end: new Date('2026-08-31') })]
      writeResults(join(folder, 'data/autopkgtest.db'), world, known)
      const config = writeSiteConfig({
        folder,
        releases: RELEASES,
        arches: ARCHES,
        broker,
        store: { path: join(folder, 'store') },
        completeQueue: QUEUE,
        sections: {
          ...JOE_UPLOADS,
          limits: { requests_per_hour: '1000000', streams: '1000' },
        },
      })
      const site = await startSite('serve', '--config', config)
      const programs = new Map<string, Program>([
        ['website', site],
        ...DAEMONS.map(name => [name, startProgram('daemon', name, '--config', config)] as const),
      ])
      await vi.waitFor(async () => expect(await consumersOf(broker, QUEUE)).toBe(1), 300_000)
      const cookie = await logIn(site.url)

      const random = randomFrom(SEED)
      const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T
      const until = Date.now() + MINUTES * 60_000
      const odd: string[] = []
      const often = async (milliseconds: number, work: (n: number) => Promise<unknown>) => {
        for (let n = 0; Date.now() < until; n++) {
          await work(n)
          await sleep(milliseconds)
        }
      }
      const etags = new Map<string, string>()
      const read = async () => {
        const run = pick(known)
        const path = pick([
          ...FIXED,
          links.run(run),
          links.package({ package: run.package }),
          links.test(run),
          links.user({ nick: run.requester || 'nobody' }),
          links.recent({ release: run.release, arch: run.arch, offset: 100 * Math.floor(100 * random()) }),
          links.search({ q: run.package.slice(0, 3) }),
        ])
        const answer = await fetch(site.url + path, { headers: { 'if-none-match': etags.get(path) ?? '' } })
        await answer.arrayBuffer()
        if (![200, 304].includes(answer.status)) odd.push(`${path}: ${answer.status}`)
        const etag = answer.headers.get('etag')
        if (etag !== null && FIXED.includes(path)) etags.set(path, etag)
      }
      const request = async (n: number) => {
        const path = `/request.cgi?release=noble&arch=${ARCHES[n % 3]}&package=hello&trigger=hello/${n}`
        const answer = await fetch(site.url + path, { headers: { cookie, accept: 'application/json' } })
        if (answer.status !== 200) odd.push(`${path}: ${answer.status} ${await answer.text()}`)
      }
      const follow = async () => {
        const leave = AbortSignal.timeout(5000)
        await fetch(`${site.url}/events`, { signal: leave })
          .then(answer => answer.text())
          .catch(() => undefined)
      }
      let [said, printed] = [0, FIRST_LINE.length]
      const say = async (n: number) => {
        const text = saidAt(Date.now())
        const line = `${n} ${text}\n`
        await worker.report(aReportOf(n, { offset: printed, text: line }))
        printed += line.length
        const turned = aRun().of(LIVE.package, '1').on('noble', 'amd64').triggeredBy(`probe/${text}`)
        await worker.complete(completionOf(turned.exiting(n % 2 === 0 ? 0 : 4)))
        said = n + 1
      }
      await worker.report(aReportOf(0, { offset: 0, text: FIRST_LINE }))
      await vi.waitFor(
        async () => expect((await fetch(`${site.url}/running/${LIVE_ID}`)).status).toBe(200),
        60_000,
      )
      const readers = openLiveReaders(site.url, LIVE_PAGES)
      onTestFinished(() => readers.close())
      await vi.waitFor(() => expect(readers.connected()).toBe(200), 300_000)
      const { bodies } = aTraffic(Math.ceil(MINUTES * 600), { seeded: 1 })
      const sizes = new Map<string, number[]>([...programs.keys()].map(name => [name, []]))
      const measure = async () => {
        for (const [name, program] of programs) sizes.get(name)?.push(memoryOf(program).now)
      }
      await Promise.all([
        ...Array.from({ length: 4 }, () => often(20, read)),
        ...Array.from({ length: 3 }, () => often(0, follow)),
        often(100, n => worker.complete(bodies[n % bodies.length] as string)),
        often(30, n => worker.report(aReport(n))),
        often(500, request),
        often(9000, () => Promise.all(queues.map(queue => worker.drain(queue)))),
        often(1000, measure),
        often(3000, say),
      ])
      expect(odd).toEqual([])
      // Whether they were told in time is read off by hand: how busy the machine is, no test knows
      for (const [kind, delays] of readers.delays) {
        process.stdout.write(describeDelays(kind, delays))
        const told = (LIVE_PAGES.get(kind) as { readers: number }).readers * said
        if (kind !== CHANGES) expect.soft(delays.length, kind).toBeGreaterThan(0.8 * told)
      }
      expect.soft(readers.connected()).toBe(200)

      const grown = [...sizes].map(([name, all]) => ({ name, ...sizeOf(all) }))
      process.stdout.write(grown.map(describeSize).join(''))
      for (const { name, early, late } of grown) expect.soft(late, name).toBeLessThan(1.25 * early + 10e6)
      expect(grown.find(one => one.name === 'website')?.late).toBeLessThan(MOST_BYTES)
    },
    MINUTES * 60_000 + 600_000,
  )
})

const FIXED = [
  '/',
  '/recent',
  '/recent?limit=1000',
  '/running',
  '/queues.json',
  '/statistics',
  '/api/experimental/recent.json',
  '/static/running.json',
]

/** The test whose page is open in many browsers. */
const LIVE = { package: 'live-probe', params: { triggers: ['probe/1'] } }
const LIVE_ID = runningId({
  ...{ package: LIVE.package, release: 'noble', arch: 'amd64' },
  hash: runHash(LIVE.params),
}) as string
const FIRST_LINE = 'autopkgtest begins\n'
/** Its events name what has changed, and nothing of it. */
const CHANGES = 'changes'
const LIVE_PAGES = new Map([
  [CHANGES, { path: links.events({ of: 'running,queued,results' }), readers: 80 }],
  ['news', { path: links.newsEvents({ package: LIVE.package }), readers: 60 }],
  ['live log', { path: links.runningEvents({ id: LIVE_ID }), readers: 60 }],
])

/** That test says how far it is, and what is new in its log. */
function aReportOf(n: number, output: { readonly offset: number; readonly text: string }): string {
  const place = { release: 'noble', architecture: 'amd64', running: true }
  return JSON.stringify({ ...LIVE, ...place, duration: 3 * n, logtail: output.text, output })
}

/** One of 300 tests says how far it is. */
function aReport(n: number): string {
  const line = `line ${n} of a log that has something to say\n`
  return JSON.stringify({
    release: 'noble',
    architecture: ARCHES[n % 3],
    package: `package${n % 300}`,
    running: true,
    params: { triggers: [`glibc/${n % 300}`] },
    duration: n,
    logtail: line.repeat(50),
  })
}

/** What a process held when it had warmed up, in the end, and at most; medians of a quarter of the time, in bytes. */
function sizeOf(all: readonly number[]): { early: number; late: number; most: number } {
  const median = (some: readonly number[]) => some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0
  const quarter = Math.floor(all.length / 4)
  return {
    early: median(all.slice(quarter, 2 * quarter)),
    late: median(all.slice(-quarter)),
    most: Math.max(...all),
  }
}

function describeDelays(kind: string, delays: readonly number[]): string {
  const sorted = delays.toSorted((a, b) => a - b)
  const within = (share: number) => `${sorted[Math.floor((sorted.length - 1) * share)] ?? '–'}`.padStart(5)
  const late = sorted.filter(delay => delay > 2000).length
  return `${kind.padEnd(22)} ${sorted.length} told: half within ${within(0.5)} ms, 99 % within ${within(0.99)}, all within ${within(1)}; ${late} after 2 s\n`
}

function describeSize({ name, early, late, most }: { name: string } & ReturnType<typeof sizeOf>): string {
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)}`.padStart(4)
  return `${name.padEnd(22)} ${mb(early)} MB early, ${mb(late)} late, ${mb(most)} at most\n`
}
