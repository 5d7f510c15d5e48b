import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Channel, Connection } from 'rabbitmq-client'
import { makeRequest, requestBody } from '../../scripts/generate/requests.ts'
import type { QueuedJson } from '../../src/contracts/queued-json.ts'
import { callManagement, makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { aWorld, END } from '../lib/databases.ts'
import { percentile } from '../lib/percentiles.ts'
import { costOf } from '../lib/processes.ts'
import { startDaemon } from './daemon.ts'
import { publishAll } from './publishing.ts'

/** How `cache-amqp` reads queues, and what a worker sees of it. */
export interface QueueReading {
  readonly trace: boolean
  readonly queued: number
  /** Seconds from its start until each message was counted, and until the first content was written. */
  readonly firstSeconds: number
  /** How many bodies were known by then, and at the end. */
  readonly known: number
  readonly knownAtEnd: number
  readonly watchedSeconds: number
  /** Of the daemon, in seconds. */
  readonly cpu: number
  /** How long a worker waited for a message, in milliseconds: half of them, the slowest. */
  readonly waitP50: number
  readonly waitMost: number
}

const QUEUE = 'debci-noble-amd64'
const ASK_MS = 5

export async function measureQueues(
  rabbitmq: RabbitmqFacts,
  options: { readonly queued: number; readonly trace: boolean; readonly seconds: number },
): Promise<QueueReading> {
  const { queued, trace, seconds } = options
  const broker = await makeVhost(rabbitmq)
  if (trace)
    await callManagement(broker, 'PUT', `vhosts/${encodeURIComponent(broker.vhost)}`, { tracing: true })
  await publishAll(broker, { queue: QUEUE }, requests(queued))
  const worker = await startWorker(broker)
  const daemon = await startDaemon('cache-amqp', broker, { trace: trace ? 'auto' : 'off' })
  const { value, cpu } = await costOf(daemon, () => watchFile(join(daemon.data, 'queued.json'), seconds))
  const waits = await worker.stop()
  await daemon.stop()
  return {
    trace,
    queued,
    ...value,
    watchedSeconds: seconds,
    cpu,
    waitP50: percentile(waits, 50),
    waitMost: Math.max(...waits),
  }
}

function* requests(count: number): Generator<string> {
  const world = aWorld()
  for (let made = 0; made < count; made++) yield requestBody(makeRequest(world, 'ubuntu', 1, END))
}

/** Looks at the file until the time is up. */
async function watchFile(file: string, seconds: number) {
  const started = performance.now()
  let [firstSeconds, known, knownAtEnd] = [Number.NaN, 0, 0]
  while (performance.now() - started < seconds * 1000) {
    knownAtEnd = knownIn(file)
    if (Number.isNaN(firstSeconds) && knownAtEnd > 0) {
      firstSeconds = (performance.now() - started) / 1000
      known = knownAtEnd
    }
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  return { firstSeconds, known, knownAtEnd }
}

function knownIn(file: string): number {
  try {
    const { queues } = JSON.parse(readFileSync(file, 'utf8')) as QueuedJson
    return queues.ubuntu?.noble?.amd64?.requests.length ?? 0
  } catch {
    return 0
  }
}

/** Takes a message now and then, as workers do; keeps how long each was waited for. */
async function startWorker(broker: Pick<RabbitmqFacts, 'url'>) {
  const connection = new Connection(broker.url)
  const channel = await connection.acquire()
  const waits: number[] = []
  let stopped = false
  const working = (async () => {
    while (!stopped) {
      const wait = await takeOne(channel, () => stopped)
      if (wait !== undefined) waits.push(wait)
      await new Promise(resolve => setTimeout(resolve, 10 * ASK_MS))
    }
  })()
  return {
    async stop() {
      stopped = true
      await working
      await channel.close()
      await connection.close()
      return waits
    },
  }
}

async function takeOne(channel: Channel, isOver: () => boolean): Promise<number | undefined> {
  const started = performance.now()
  while (!isOver()) {
    const message = await channel.basicGet({ queue: QUEUE })
    if (message !== undefined) {
      channel.basicAck({ deliveryTag: message.deliveryTag })
      return performance.now() - started
    }
    await new Promise(resolve => setTimeout(resolve, ASK_MS))
  }
  return undefined
}
