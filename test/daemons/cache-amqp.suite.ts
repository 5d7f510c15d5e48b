import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE } from '../../src/backends/broker/broker.ts'
import type { QueuedJson } from '../../src/contracts/files/queued-json.ts'
import { cacheAmqp } from '../../src/daemons/cache-amqp.ts'
import { queueReader } from '../../src/daemons/live/queue-reader.ts'
import { openMetrics } from '../../src/metrics.ts'
import type { Connect } from '../builders/brokers.ts'
import { startDaemon } from '../builders/daemons.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { aRecordingLog } from '../builders/logs.ts'
import { openSnapshotsIn } from '../builders/snapshots.ts'
import { eventually } from '../eventually.ts'

const NOTHING: QueuedJson = { releases: [], arches: [], queues: {} }
const SETTINGS = {
  releases: ['noble'],
  arches: ['amd64', 's390x'],
  completeQueue: undefined,
  failures: { sinceDays: 180, logsPerSecond: 5 },
  baseUrl: 'https://autopkgtest.example',
} as const
const QUEUE = 'debci-noble-amd64'

const requestOf = (n: number, more = ''): string => `package${n}\n{"triggers": ["hello/${n}"]${more}}`
const requests = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, n) => requestOf(from + n))

/** A reader of queues that goes on from what an earlier one wrote. */
function aReader(broker: Broker, trace: 'auto' | 'off', previous: QueuedJson = NOTHING) {
  const metrics = openMetrics()
  const { log, lines } = aRecordingLog()
  const deps = { backends: { broker }, settings: { ...SETTINGS, trace }, metrics, log }
  const reader = queueReader(deps, 'cache-amqp', previous)
  onTestFinished(() => reader.close())
  let now = 0
  /** One cycle, 20 seconds after the one before. */
  async function read(): Promise<QueuedJson> {
    now += 20_000
    return reader.read(now)
  }
  const readQueue = async () => (await read()).queues.ubuntu?.noble?.amd64
  return {
    read,
    readQueue,
    unseen: reader.unseen,
    /** All that it has said to anybody but its file. */
    said: async () => `${lines.join('\n')}\n${(await metrics.render()).body}`,
    /** So much time passes. */
    wait(ms: number) {
      now += ms
    },
  }
}

async function publish(broker: Broker, bodies: readonly string[], queue = QUEUE): Promise<void> {
  for (let from = 0; from < bodies.length; from += 500) {
    await Promise.all(bodies.slice(from, from + 500).map(body => broker.publish(queue, body)))
  }
}

/** Takes everything, as workers do. */
async function drain(broker: Broker, queue = QUEUE): Promise<string[]> {
  const taken: string[] = []
  for (let one = await broker.take(queue); one !== undefined; one = await broker.take(queue)) {
    taken.push(Buffer.from(one.body).toString())
  }
  return taken
}

/** What cache-amqp makes of queues, where it can follow what is published and where it cannot. */
export function cacheAmqpSuite(
  connect: () => Connect,
  { trace, follows }: { trace: 'auto' | 'off'; follows: boolean },
): void {
  it('writes the queues that exist, in the shape that clients read', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE, 'debci-ppa-noble-s390x', 'debci-huge-jammy-amd64'])
    await publish(broker, [requestOf(1), requestOf(2)])
    const folder = temporaryFolder()
    const snapshots = openSnapshotsIn(folder)
    await startDaemon(cacheAmqp, { broker, snapshots }, { settings: { ...SETTINGS, trace } })
    await eventually(() => expect(snapshots.queued.current().state).toBe('ok'))
    expect(JSON.parse(readFileSync(join(folder, 'queued.json'), 'utf8'))).toEqual({
      releases: ['noble'],
      arches: ['amd64', 's390x'],
      queues: {
        ubuntu: { noble: { amd64: { size: 2, requests: requests(2, 1) } } },
        ppa: { noble: { s390x: { size: 0, requests: [] } } },
      },
    })
  })

  it('loses and reorders nothing', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE])
    await publish(broker, requests(300))
    const { readQueue } = aReader(broker, trace)
    for (let cycle = 0; cycle < 3; cycle++)
      expect(await readQueue()).toEqual({ size: 300, requests: requests(300) })
    expect(await drain(broker)).toEqual(requests(300))
    expect(await readQueue()).toEqual({ size: 0, requests: [] })
  })

  it('follows what is published and taken', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE])
    const { readQueue } = aReader(broker, trace)
    expect(await readQueue()).toEqual({ size: 0, requests: [] })
    await publish(broker, requests(50))
    expect(await readQueue()).toEqual({ size: 50, requests: requests(50) })
    for (let n = 0; n < 10; n++) await broker.take(QUEUE)
    await publish(broker, requests(5, 50))
    expect(await readQueue()).toEqual({ size: 45, requests: requests(45, 10) })
  })

  it('shows of private requests that there is one, of credentials nothing, and malformed ones not at all', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE])
    const { read, said } = aReader(broker, trace)
    await read()
    await publish(broker, [
      'a\n{"ppas": ["user:secret@joe/ppa:F00"]}',
      'secret\n{"readable-by": ["secret"]}',
      'not json\n{"secret',
      'b {"swiftuser": "secret"}',
      requestOf(1),
    ])
    const expected = ['a\n{"ppas": ["joe/ppa:F00"]}', 'private job', 'private job', requestOf(1)]
    const cached = await read()
    expect(cached.queues.ubuntu?.noble?.amd64).toEqual({ size: 5, requests: expected })
    expect(JSON.stringify(cached)).not.toContain('secret')
    await read()
    expect(await said()).toContain(
      'autopkgtest_web_daemon_messages_total{daemon="cache-amqp",outcome="malformed"} 1\n',
    )
    expect(await said()).toContain('malformed requests are waiting, and are not shown')
    expect(await said()).not.toContain('secret')
    expect((await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE) ?? 0).toBe(0)
  })

  it('sees a queue that comes later', async () => {
    const broker = connect()()
    const { read } = aReader(broker, trace)
    expect((await read()).queues).toEqual({})
    await broker.declareQueues([QUEUE])
    await publish(broker, [requestOf(1)])
    expect((await read()).queues).toEqual({
      ubuntu: { noble: { amd64: { size: 1, requests: [requestOf(1)] } } },
    })
  })

  it('goes on from its file after a restart, and knows what came meanwhile', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE])
    await publish(broker, requests(100))
    const before = await aReader(broker, trace).read()
    for (let n = 0; n < 10; n++) await broker.take(QUEUE)
    await publish(broker, requests(20, 100))
    const after = aReader(broker, trace, before)
    expect(await after.readQueue()).toEqual({ size: 110, requests: requests(110, 10) })
    expect(after.unseen()).toBe(0)
  })

  it('is honest about the end of a long queue that it does not read again at once', async () => {
    const broker = connect()()
    await broker.declareQueues([QUEUE])
    await publish(broker, requests(2000))
    const reader = aReader(broker, trace)
    expect(await reader.readQueue()).toEqual({ size: 2000, requests: requests(2000) })
    for (let n = 0; n < 30; n++) await broker.take(QUEUE)
    await publish(broker, requests(100, 2000))
    const known = follows ? 2070 : 1970
    expect(await reader.readQueue()).toEqual({ size: 2070, requests: requests(known, 30) })
    expect(reader.unseen()).toBe(2070 - known)
    reader.wait(5 * 60_000)
    expect(await reader.readQueue()).toEqual({ size: 2070, requests: requests(2070, 30) })
  })

  it('agrees with the broker after each cycle while others publish and take', async () => {
    const open = connect()
    const [broker, worker] = [open(), open()]
    await broker.declareQueues([QUEUE])
    const { readQueue } = aReader(broker, trace)
    await readQueue()
    let [published, busy] = [0, true]
    const publishing = (async () => {
      for (; busy; published += 10) {
        await publish(worker, requests(10, published))
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    })()
    const working = (async () => {
      while (busy) await worker.take(QUEUE)
    })()
    for (let cycle = 0; cycle < 5; cycle++) {
      const { size, requests: known } = (await readQueue()) ?? { size: 0, requests: [] }
      expect(known.length).toBeLessThanOrEqual(size)
      const numbers = known.map(request => Number(/^package(\d+)/.exec(request)?.[1]))
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    busy = false
    await Promise.all([publishing, working])
    const { size, requests: known } = (await readQueue()) ?? { size: -1, requests: [] }
    const waiting = await drain(broker)
    expect(size).toBe(waiting.length)
    expect(known).toEqual(follows ? waiting : waiting.slice(0, known.length))
  })
}
