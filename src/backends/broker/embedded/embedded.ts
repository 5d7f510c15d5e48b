import { randomUUID } from 'node:crypto'
import { messageOf, Unavailable } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import { wakeOnChange } from '../../files/wake-on-change.ts'
import { within } from '../answer-within.ts'
import { checkMessage, checkNames } from '../bounds.ts'
import { type Broker, type Consumer, DEAD_LETTER_QUEUE, type Subscription } from '../broker.ts'
import { deadLetterHeaders, handleDelivery } from '../deliveries.ts'
import { openBrokerFile } from './file.ts'
import { openLease } from './message-lease.ts'
import { openEmbeddedTrace, TRACES } from './message-trace.ts'
import { purgeQueue } from './purge.ts'
import { type EmbeddedConsumer, type EmbeddedPlan, runEmbeddedConsumer } from './running-consumer.ts'
import { openQueues } from './stored-queues.ts'
import { openWrites } from './writes.ts'

const SUBSCRIBE_MS = 5_000
const DRAIN_MS = 10_000
/**
 * How often a consumer looks for messages of other processes while messages come, and for some seconds
 * after the last one; then only when the file was written. A look costs microseconds, but wakes the process.
 */
const LOOK_EVERY_MS = 50
const BUSY_FOR_MS = 5_000
/** A change that is told within this time of a write of our own is that write. */
const OWN_MS = 250

/**
 * The broker of a site on one host: a SQLite file that any number of its processes share. Messages are
 * durable, and confirmed after an fsync; the messages of a process that dies are given back within six
 * seconds. Throws {@link Unavailable} if the file cannot be opened, {@link Conflict} if a newer version wrote
 * it.
 */
export function embeddedBroker(options: { readonly file: string; readonly log: Log }): Broker {
  const log = options.log.child({ part: 'broker' })
  const file = openBrokerFile(options.file)
  const queues = openQueues(file)
  const consumers = new Set<EmbeddedConsumer>()
  const writes = openWrites(file, () => {
    wrote = performance.now()
    pumpAll()
  })
  const lease = openLease({ file, queues, writes, log })
  const parts = { file, queues, writes, lease, log }
  let looking: ReturnType<typeof wakeOnChange> | undefined
  /** When this connection last wrote, of which it is told too. */
  let wrote = -Infinity
  let closed: Date | undefined

  lease.onLost(() => {
    for (const consumer of consumers) consumer.restart()
  })

  /** True if there was a message for one of them. */
  function pumpAll(): boolean {
    let taken = false
    for (const consumer of consumers) taken = consumer.pump() || taken
    return taken
  }

  /** Wakes the consumers, while there are any, when another connection has written. */
  function lookForOthers(): ReturnType<typeof wakeOnChange> {
    let last: number | undefined
    let busyUntil = 0
    const look = () => {
      const version = file.version()
      const isNew = version !== undefined && version !== last
      last = version ?? last
      if (isNew && pumpAll()) busyUntil = performance.now() + BUSY_FOR_MS
      const now = performance.now()
      if (now < busyUntil) return 'busy'
      return isNew || now - wrote < OWN_MS ? 'seen' : 'unseen'
    }
    return wakeOnChange(`${options.file}-wal`, look, { gapMs: LOOK_EVERY_MS })
  }

  async function keep(consumer: EmbeddedConsumer): Promise<Consumer> {
    consumers.add(consumer)
    looking ??= lookForOthers()
    await within(SUBSCRIBE_MS, consumer.subscribed, '').catch(() => undefined)
    return { close: () => drop(consumer) }
  }

  async function drop(consumer: EmbeddedConsumer): Promise<void> {
    consumers.delete(consumer)
    await consumer.close()
    if (consumers.size > 0) return
    looking?.close()
    looking = undefined
  }

  /** To be called before reading what is waiting: gives back the messages of a dead process. */
  async function settleDead(): Promise<void> {
    if (closed !== undefined) throw new Unavailable('the broker is closed')
    await lease.reap()
  }

  async function read<T>(work: () => T): Promise<T> {
    await settleDead()
    return file.snapshot(work)
  }

  function planOf({
    from,
    queue,
    prefetch,
    onSubscribed,
  }: Subscription): Omit<EmbeddedPlan, 'settle'> & { readonly name: string } {
    const name = queue ?? `amq.gen-${randomUUID()}`
    return {
      name,
      title: queue ?? from.exchange,
      prefetch,
      exclusive: queue === undefined,
      onSubscribed,
      declare(session) {
        queues.declareFanout(from)
        const id = queues.declare(name, queue === undefined ? session : null)
        queues.bind(from.exchange, id)
        return id
      },
      deadLetter({ body }, reason) {
        const headers = deadLetterHeaders(reason, { exchange: from.exchange, queue: name })
        queues.put(queues.declare(DEAD_LETTER_QUEUE, null), Buffer.from(body), { headers })
      },
    }
  }

  return {
    async publish(queue, body, { headers, properties, mandatory = true } = {}) {
      const bytes = checkMessage(queue, body, headers)
      const put = (): void => {
        const found = queues.find(queue)
        if (found === undefined && !mandatory) return
        if (found === undefined)
          throw new Unavailable(`nothing takes messages to ${queue}: there is no such queue`)
        queues.put(found.id, bytes, { headers, properties })
        for (const trace of queues.boundTo(TRACES)) queues.put(trace, bytes, { headers: { queue } })
      }
      await writes.write(put, { durable: true })
    },
    async publishTo(fanout, body) {
      const bytes = checkMessage(fanout.exchange, body)
      const put = (): void => {
        queues.declareFanout(fanout)
        for (const queue of queues.boundTo(fanout.exchange)) queues.put(queue, bytes)
      }
      await writes.write(put, { durable: fanout.durable })
    },
    async subscribe(subscription, handle) {
      checkNames(subscription.from.exchange, subscription.queue ?? subscription.from.exchange)
      const { name, ...plan } = planOf(subscription)
      return keep(
        runEmbeddedConsumer(parts, {
          ...plan,
          settle: (delivery, closing) => handleDelivery(handle, delivery, { queue: name, log, closing }),
        }),
      )
    },
    depths: names =>
      read(() => {
        const depthOf = (name: string) => {
          const queue = queues.find(name)
          return queue === undefined ? undefined : queues.depth(queue.id)
        }
        return new Map(names.map(name => [name, depthOf(name)]))
      }),
    peek: (name, limit) =>
      read(() => {
        const queue = queues.find(name)
        return queue === undefined ? undefined : queues.peek(queue.id, limit)
      }),
    purge: (name, filter) => purgeQueue({ read, lease, writes, queues }, name, filter),
    async take(name, keep) {
      await settleDead()
      return writes.write(() => {
        const queue = queues.find(name)
        const delivery = queue === undefined ? undefined : queues.take(queue.id)
        if (delivery !== undefined) keep?.(delivery)
        return delivery
      })
    },
    async declareQueues(names) {
      checkNames(...names)
      await writes.write(() => {
        for (const name of names) queues.declare(name, null)
      })
    },
    async trace(onPublish) {
      const { trace, consumer } = openEmbeddedTrace(parts, `amq.gen-${randomUUID()}`, onPublish)
      const { close } = await keep(consumer)
      return { ...trace, close }
    },
    async state() {
      if (closed !== undefined) return { ok: false, reason: 'closed', since: closed }
      // A write that failed once may work now.
      if (writes.failure() !== undefined) await writes.write(() => undefined).catch(() => undefined)
      const failed = writes.failure() ?? [...consumers].map(consumer => consumer.failure()).find(Boolean)
      if (failed !== undefined) return { ok: false, ...failed }
      try {
        await read(() => queues.find(DEAD_LETTER_QUEUE))
        return { ok: true }
      } catch (error) {
        return { ok: false, reason: messageOf(error), since: new Date() }
      }
    },
    async close() {
      if (closed !== undefined) return
      closed = new Date()
      const drained = Promise.all([...consumers].map(drop))
      await within(DRAIN_MS, drained, '').catch(() =>
        log.warn({}, 'handlers are still running; their messages are returned to their queues'),
      )
      looking?.close()
      await lease
        .release()
        .catch(error => log.warn({ err: messageOf(error) }, 'the session could not be ended'))
      await writes.close()
      file.close()
    },
  }
}
