import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { TESTCOMPLETE, TESTSTATUS } from '../backends/broker/broker.ts'
import { embeddedBroker } from '../backends/broker/embedded/embedded.ts'
import { filesystemStore } from '../backends/store/filesystem/filesystem.ts'
import { silentLog } from '../log.ts'
import { openMetrics } from '../metrics.ts'
import { makeCast } from './cast.ts'
import { madeUpTests } from './made-up-tests.ts'
import type { Sample } from './replay.ts'
import { sampleWorker } from './sample-worker.ts'
import { makeUploads } from './uploads.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const QUEUE = 'debci-bookworm-amd64'
const RUNNERS = { real: 2, archive: 1, people: 1 }
const PACE = { runners: RUNNERS, waiting: 3, lookMs: 20, statusMs: 20, shortestMs: 100, longestMs: 200 }

const sample: Sample = {
  queue: QUEUE,
  request:
    'gzip\n{"requester": "alice", "submit-time": "2026-11-22 14:38:10+0000", "triggers": ["glibc/2.36-9"]}',
  completion: {
    container: 'autopkgtest-bookworm',
    swift_dir: 'bookworm/amd64/g/gzip/20261122_143829_7f224@',
    release: 'bookworm',
    architecture: 'amd64',
    package: 'gzip',
    duration: '18\n',
  },
}

interface Status {
  readonly package: string
  readonly running: boolean
  readonly duration: number
  readonly logtail: string
  readonly params: Record<string, unknown>
}

describe('the sample worker', () => {
  let folder: string
  let broker: ReturnType<typeof embeddedBroker>
  const statuses: Status[] = []
  const completions: unknown[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sample-worker-'))
    // A test that ends late is kept in the store
    await cp(EXAMPLES, join(folder, 'store'), { recursive: true })
    broker = embeddedBroker({ file: join(folder, 'broker.db'), log: silentLog })
    await broker.declareQueues([QUEUE])
    const collect = (into: unknown[]) => async (delivery: { body: Uint8Array }) => {
      into.push(JSON.parse(Buffer.from(delivery.body).toString('utf8')))
      return 'ack' as const
    }
    statuses.length = completions.length = 0
    await broker.subscribe({ from: TESTSTATUS, prefetch: 10 }, collect(statuses))
    await broker.subscribe({ from: TESTCOMPLETE, prefetch: 10 }, collect(completions))
  })
  afterEach(async () => {
    await broker.close()
    await rm(folder, { recursive: true })
  })

  async function work() {
    const cast = makeCast()
    const madeUp = madeUpTests(cast, makeUploads(cast), Date.now())
    const backends = { broker, store: filesystemStore({ root: join(folder, 'store') }) }
    const settings = {
      releases: ['bookworm'],
      arches: ['amd64'],
      completeQueue: undefined,
      trace: 'off' as const,
      failures: { sinceDays: 180, logsPerSecond: 5 },
      baseUrl: 'http://localhost',
    }
    return sampleWorker([sample], madeUp, { pace: PACE }).start({
      backends,
      settings,
      metrics: openMetrics(),
      log: silentLog,
    } as never)
  }

  it('takes requests, reports while the real log grows, and completes the known run', async () => {
    const running = await work()
    await eventually(() => expect(completions.length).toBeGreaterThan(1))
    await running.stop()
    expect(completions[0]).toEqual(sample.completion)
    const tails = new Set(statuses.filter(one => one.running).map(one => one.logtail.length))
    expect(tails.size).toBeGreaterThan(2)
    expect(statuses.some(one => one.logtail.includes('simple-gzip          PASS'))).toBe(true)
    expect(statuses[0]?.params).toMatchObject({ requester: 'alice', triggers: ['glibc/2.36-9'] })
    expect(statuses.some(one => !one.running)).toBe(true)
  })

  it('begins at once with what a person asks for, behind however many of an upload', async () => {
    const asked = (name: string, params: object) =>
      broker.publish(QUEUE, `${name}\n${JSON.stringify(params)}`)
    for (let n = 0; n < 50; n++) await asked('quern', { triggers: [`libharbour/${n}`] })
    await asked('lantern', { triggers: ['lantern/1'], requester: 'carol' })
    await asked('kettle', { triggers: ['kettle/1'], requester: 'carol' })
    const running = await work()
    const began = () => statuses.map(one => one.package)
    await eventually(() => expect(began()).toContain('lantern'))
    await eventually(() => expect(began()).toContain('quern'))
    await running.stop()
    // One test of the upload runs at a time, and one of people as well: each takes many seconds
    expect(new Set(began().filter(name => name !== 'gzip'))).toEqual(new Set(['lantern', 'quern']))
    const { bodies = [] } = (await broker.peek(QUEUE, 100)) ?? {}
    const waiting = bodies.map(body => Buffer.from(body).toString('utf8').split('\n')[0])
    const count = (name: string) => waiting.filter(one => one === name).length
    expect([count('quern'), count('lantern'), count('kettle')]).toEqual([50, 1, 1])
  })

  it('keeps so many requests waiting, however often it is started, and loses none when it is stopped', async () => {
    for (let n = 0; n < 3; n++) {
      const running = await work()
      await eventually(() => expect(statuses.some(one => one.running)).toBe(true))
      await running.stop()
      statuses.length = 0
      const depth = (await broker.depths([QUEUE])).get(QUEUE)
      expect(depth).toBeGreaterThanOrEqual(PACE.waiting)
      expect(depth).toBeLessThanOrEqual(PACE.waiting + 2 * RUNNERS.real)
    }
  })
})
