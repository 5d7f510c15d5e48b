import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type {
  Broker,
  Consumer,
  Delivery,
  DeliveryOutcome,
  Fanout,
  Subscription,
} from '../../src/backends/broker/broker.ts'
import { Unavailable } from '../../src/domain/errors.ts'

/** Two connections to one broker, and a way to make more. */
export interface BrokerFixture {
  readonly broker: Broker
  readonly second: Broker
  /** One more connection, which the test closes. */
  readonly connect: () => Broker
  /** The engine's file or URI, for a separate process. */
  readonly engine: { readonly file: string } | { readonly uri: string }
  readonly close: () => Promise<void>
}

/** The errors when something cannot be stored: a failure of ours, one of the system, and a bug. */
export const REAL_FAILURES: readonly (readonly [string, Error])[] = [
  ['a failure of ours', new Unavailable('the spool cannot be written')],
  [
    'a full disk',
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 }),
  ],
  ['a bug', new TypeError('nothing is not a function')],
]

/** A name that no other test has. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`
}

export function freshFanout(durable = true): Fanout {
  return { exchange: freshName('test.fanout'), durable }
}

export function textOf(body: Uint8Array | undefined): string | undefined {
  return body === undefined ? undefined : Buffer.from(body).toString()
}

/** `count` bodies `0`, `1`, … */
export function numbers(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => String(from + index))
}

/** Publishes in order, a hundred at a time. */
export async function publishAll(broker: Broker, queue: string, bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 100) {
    await Promise.all(bodies.slice(start, start + 100).map(body => broker.publish(queue, body)))
  }
}

/** Takes until nothing is left. */
export async function takeAll(broker: Broker, queue: string): Promise<string[]> {
  const bodies: string[] = []
  for (let next = await broker.take(queue); next !== undefined; next = await broker.take(queue)) {
    bodies.push(Buffer.from(next.body).toString())
  }
  return bodies
}

/** The deliveries of a consumer, in order, and when it has handled them. */
export interface Collected {
  readonly consumer: Consumer
  readonly bodies: string[]
  readonly deliveries: Delivery[]
  /** Settles every delivery that is held, and all later ones at once. */
  readonly release: () => void
}

/** Consumes; `hold` leaves deliveries unsettled until released. */
export async function collect(
  broker: Broker,
  subscription: Partial<Subscription> & Pick<Subscription, 'from'>,
  options: { readonly hold?: boolean; readonly outcome?: (delivery: Delivery) => DeliveryOutcome } = {},
): Promise<Collected> {
  const bodies: string[] = []
  const deliveries: Delivery[] = []
  let release = (): void => undefined
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  if (options.hold !== true) release()
  const consumer = await broker.subscribe({ prefetch: 100, ...subscription }, async delivery => {
    bodies.push(Buffer.from(delivery.body).toString())
    deliveries.push(delivery)
    await released
    return options.outcome?.(delivery) ?? 'ack'
  })
  return { consumer, bodies, deliveries, release }
}

/** A durable queue of its own, bound to a fanout of its own. */
export async function boundQueue(broker: Broker): Promise<{ readonly from: Fanout; readonly queue: string }> {
  const subscription = { from: freshFanout(), queue: freshName('test.complete') }
  const { consumer } = await collect(broker, subscription)
  await consumer.close()
  return subscription
}

/** A separate process that consumes and never settles anything, until it is killed. */
export async function startVictim(
  engine: BrokerFixture['engine'],
  subscription: Subscription,
): Promise<{ readonly held: string[]; kill(): Promise<void> }> {
  const program = join(import.meta.dirname, 'broker-victim.ts')
  const child = spawn(process.execPath, [program, JSON.stringify({ engine, subscription })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const held: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', line => held.push(line))
  return {
    /** Again from the first, if the broker was so slow that the subscription was renewed. */
    get held() {
      const { exitCode, signalCode } = child
      if (exitCode !== null || signalCode !== null)
        throw new Error(`the victim has died by itself: ${exitCode ?? signalCode}`)
      return held
    },
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
