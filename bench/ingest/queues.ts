import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Channel, Connection } from 'rabbitmq-client'
import { makeRequest, requestBody } from '../../scripts/generate/requests.ts'
import type { QueuedJson } from '../../src/contracts/files/queued-json.ts'
import { callManagement, makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { aWorld, END } from '../lib/databases.ts'
import { percentile } from '../lib/percentiles.ts'
import { costOf } from '../lib/processes.ts'
import { startDaemon } from './daemon.ts'
import { publishAll } from './publishing.ts'

/** How `cache-amqp` reads queues, and how a worker notices it. */
export interface QueueReading {
  readonly trace: boolean
  readonly queued: number
  /** Seconds from its start until each message was counted, and until the first content was written. */
  readonly firstSeconds: number
  /** How many bodies were known then, and at the end. */
  readonly known: number
  readonly knownAtEnd: number
  readonly watchedSeconds: number
  /** Of the daemon, in seconds. */
  readonly cpu: number
  /** How long a worker waited for a message, in milliseconds: the median, and the slowest. */
  readonly waitP50: number
  readonly waitMost: number
  /**
   * The slowest while the whole queue was read, which is rare; how often it was read, and how long the longest
   * reading took.
   */
  readonly waitMostInReading: number
  readonly readings: number
  readonly longestReadingMs: number
  /** The slowest before the daemon was started, during a third of the time. */
  readonly waitMostAlone: number
}

/** The beginning and end of something, in milliseconds since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

const QUEUE = 'debci-noble-amd64'
const ASK_MS = 5
/** The daemon logs what it read when it has asked the broker once more. */
const SETTLING_MS = 1000

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
  await new Promise(resolve => setTimeout(resolve, (1000 * seconds) / 3))
  const daemonFrom = Date.now()
  const daemon = await startDaemon('cache-amqp', broker, { trace: trace ? 'auto' : 'off' })
  const { value, cpu } = await costOf(daemon, () => watchFile(join(daemon.data, 'queued.json'), seconds))
  const waits = await worker.stop()
  await daemon.stop()
  const readings = deepReadings(daemon.said())
  const isInReading = (wait: Span) =>
    readings.some(reading => wait.from <= reading.to && wait.to >= reading.from)
  const watched = waits.filter(({ to }) => to >= daemonFrom)
  const usual = watched.filter(wait => !isInReading(wait))
  return {
    trace,
    queued,
    ...value,
    watchedSeconds: seconds,
    cpu,
    waitP50: percentile(usual.map(lengthOf), 50),
    waitMost: longest(usual),
    waitMostInReading: longest(watched.filter(isInReading)),
    readings: readings.length,
    longestReadingMs: Math.max(0, ...readings.map(({ ms }) => ms)),
    waitMostAlone: longest(waits.filter(({ to }) => to < daemonFrom)),
  }
}

const lengthOf = ({ from, to }: Span): number => to - from
const longest = (spans: readonly Span[]): number => Math.max(0, ...spans.map(lengthOf))

/** The entries in the daemon's log about readings of a whole deep queue. */
function deepReadings(log: string): (Span & { readonly ms: number })[] {
  return log
    .split('\n')
    .filter(line => line.includes('"a deep queue was read"'))
    .map(line => JSON.parse(line) as { readonly time: number; readonly ms: number })
    .map(({ time, ms }) => ({ from: time - ms - SETTLING_MS, to: time, ms }))
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

/** Takes a message now and then, as workers do; records how long it waited for each. */
async function startWorker(broker: Pick<RabbitmqFacts, 'url'>) {
  const connection = new Connection(broker.url)
  const channel = await connection.acquire()
  const waits: Span[] = []
  let stopped = false
  const working = (async () => {
    while (!stopped) {
      const from = performance.timeOrigin + performance.now()
      if (await takeOne(channel, () => stopped))
        waits.push({ from, to: performance.timeOrigin + performance.now() })
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

/** Waits until there is one; false if the time is over before. */
async function takeOne(channel: Channel, isOver: () => boolean): Promise<boolean> {
  while (!isOver()) {
    const message = await channel.basicGet({ queue: QUEUE })
    if (message !== undefined) {
      channel.basicAck({ deliveryTag: message.deliveryTag })
      return true
    }
    await new Promise(resolve => setTimeout(resolve, ASK_MS))
  }
  return false
}
