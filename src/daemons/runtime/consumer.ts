import { setImmediate as turn } from 'node:timers/promises'
import type { ZodType } from 'zod'
import type { Consumer, Delivery, DeliveryOutcome, Fanout } from '../../backends/broker/broker.ts'
import type { Backends } from '../../backends/index.ts'
import { endInTurn } from '../../domain/ending.ts'
import { messageOf } from '../../domain/errors.ts'
import { backoffMs } from '../../domain/time/backoff.ts'
import { pause } from '../../domain/time/pause.ts'
import { type Daemon, type DaemonDeps, keepHealth, type RunningDaemon } from './daemon.ts'
import { type Handled, handleBatch, type Item } from './handle-batch.ts'
import { readMessage } from './read-message.ts'

export interface ConsumerSpec<T, K extends keyof Backends> {
  readonly name: string
  readonly from: Fanout
  /** The name of a durable queue; without it the queue is exclusive and goes with the connection. */
  queue?(deps: DaemonDeps<K | 'broker'>): Promise<string>
  /** Called after each subscription is in force: what was published before it may have been missed. */
  onSubscribed?(): void
  /** What a body must be; one that is not goes to the dead letters with the reason. */
  readonly message: ZodType<T>
  /** Messages that `handle` gets at once at most (default 500). */
  readonly batchSize?: number
  /** How long a batch may wait for more messages once none comes in, in milliseconds (default 5). */
  readonly idleMs?: number
  /**
   * Processes messages, and commits before it returns: then they are acknowledged. Returns one outcome for each, in
   * order. Throws if nothing was done because a peer is unavailable; then all of them are kept and delivered again.
   */
  handle(
    batch: readonly T[],
    deps: DaemonDeps<K | 'broker'>,
    signal: AbortSignal,
  ): Promise<readonly Handled[]>
}

const LONGEST_RETRY_MS = 30_000
/** How long `start` waits for the first subscription; if the broker is unavailable, it is connected to later. */
const SUBSCRIBE_MS = 1000

/**
 * Messages of a transient exchange are repeated, and so are their faults: this many per minute become dead letters,
 * as samples, so that they do not fill the broker's disk.
 */
const SAMPLES_A_MINUTE = 60

function sampling(): () => boolean {
  let minute = 0
  let taken = 0
  return () => {
    const now = Math.floor(performance.now() / 60_000)
    if (now !== minute) taken = 0
    minute = now
    return ++taken <= SAMPLES_A_MINUTE
  }
}

/** A message that was taken. What waits is kept as the bytes that came, and read when its turn comes. */
interface Arrival<T> extends Omit<Item<T>, 'message'> {
  readonly body: Uint8Array
}

/** Messages are parsed in slices of this many milliseconds, so that other work is not delayed. */
const PIECE_MS = 20

/** A daemon that takes messages off a fanout exchange, in batches, each acknowledged after its work is done. */
export function consumer<T, K extends keyof Backends = never>(
  spec: ConsumerSpec<T, K>,
): Daemon<K | 'broker'> {
  return {
    name: spec.name,
    async start(given) {
      const deps = { ...given, log: given.log.child({ daemon: spec.name }) }
      const running = startConsuming(spec, deps)
      const enough = new AbortController()
      await Promise.race([running.subscribed, pause(SUBSCRIBE_MS, enough.signal)])
      enough.abort()
      return running
    },
  }
}

function startConsuming<T, K extends keyof Backends>(
  spec: ConsumerSpec<T, K>,
  deps: DaemonDeps<K | 'broker'>,
): RunningDaemon & { subscribed: Promise<void> } {
  const { metrics, log, backends } = deps
  const batchSize = spec.batchSize ?? 500
  const idleMs = spec.idleMs ?? 5
  const stopping = new AbortController()
  const health = keepHealth()
  const isSample = sampling()
  const waiting: Arrival<T>[] = []
  let underWay: readonly Arrival<T>[] = []
  let onArrival = () => {}
  let subscription: Consumer | undefined
  let closing = false
  let queue: string | undefined

  function take(delivery: Delivery): Promise<DeliveryOutcome> {
    if (closing) return Promise.resolve('requeue')
    return new Promise(settle => {
      waiting.push({ body: delivery.body, settle, since: performance.now(), strikes: 0 })
      onArrival()
    })
  }

  /** What the malformed are settled with. */
  function outcomeOfMalformed(reason: string): DeliveryOutcome {
    metrics.messages(spec.name, 'malformed')
    if (!spec.from.durable && !isSample()) return 'ack'
    log.warn({ reason }, 'a message is malformed and goes to the dead letters')
    return { deadLetter: reason }
  }

  /** Reads a batch, and is done with what is malformed. */
  async function read(batch: readonly Arrival<T>[]): Promise<(Arrival<T> & Item<T>)[]> {
    const items: (Arrival<T> & Item<T>)[] = []
    let turned = performance.now()
    for (const arrival of batch) {
      const found = readMessage(arrival.body, spec.message)
      if (found.ok) items.push(Object.assign(arrival, { message: found.message }))
      else arrival.settle(outcomeOfMalformed(found.reason))
      if (performance.now() - turned < PIECE_MS) continue
      await turn()
      turned = performance.now()
    }
    return items
  }

  /** Waits for a first message, then until the batch is full or no more come. */
  async function gather(): Promise<Arrival<T>[]> {
    while (waiting.length === 0 && !stopping.signal.aborted) {
      await pause(60_000, stopping.signal, wake => {
        onArrival = wake
      })
    }
    const latest = performance.now() + 10 * idleMs
    for (let seen = 0; seen < waiting.length && waiting.length < batchSize && performance.now() < latest; ) {
      seen = waiting.length
      await pause(idleMs, stopping.signal, wake => {
        onArrival = () => waiting.length >= batchSize && wake()
      })
    }
    onArrival = () => {}
    return stopping.signal.aborted ? [] : waiting.splice(0, batchSize)
  }

  async function workUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      underWay = await gather()
      const batch = await read(underWay)
      underWay = batch
      if (batch.length === 0) continue
      const { passed, failed, error } = await handleBatch<T, Arrival<T> & Item<T>>(
        batch,
        messages => spec.handle(messages, deps, stopping.signal),
        {
          count: (outcome, count) => metrics.messages(spec.name, outcome, count),
          log,
        },
      )
      underWay = []
      if (failed.length === 0) {
        if (health.failures() > 0) log.info({}, `${spec.name} works again`)
        health.succeed()
        await turn()
        continue
      }
      waiting.push(...failed)
      if (passed > 0) health.succeed()
      health.fail(messageOf(error))
      const wait = backoffMs(health.failures(), 500, LONGEST_RETRY_MS)
      log.error(
        { err: error, messages: failed.length, retryInSeconds: wait / 1000 },
        `${spec.name} failed; its messages are kept and retried`,
      )
      underWay = waiting
      await pause(wait, stopping.signal)
    }
  }

  async function subscribeAtLast(): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      try {
        queue = await spec.queue?.(deps)
        const to = { from: spec.from, prefetch: 2 * batchSize, onSubscribed: () => spec.onSubscribed?.() }
        subscription = await backends.broker.subscribe(queue === undefined ? to : { ...to, queue }, take)
        if (stopping.signal.aborted) await subscription.close()
        if (failures > 1) health.succeed()
        return
      } catch (err) {
        health.fail(messageOf(err))
        const wait = backoffMs(failures, 500, LONGEST_RETRY_MS)
        log.error({ err, retryInSeconds: wait / 1000 }, `${spec.name} cannot subscribe; retrying`)
        await pause(wait, stopping.signal)
      }
    }
  }

  const forget = [
    metrics.lag(spec.name, () => {
      const now = performance.now()
      const oldest = Math.min(now, ...underWay.map(item => item.since), waiting[0]?.since ?? Infinity)
      return (now - oldest) / 1000
    }),
    metrics.waiting(spec.name, async () =>
      queue === undefined ? waiting.length : (await backends.broker.depths([queue])).get(queue),
    ),
  ]
  const working = workUntilStopped()
  const subscribed = subscribeAtLast()

  return {
    name: spec.name,
    subscribed,
    health: health.health,
    async stop() {
      stopping.abort()
      for (const one of forget) one()
      await endInTurn([
        () => working,
        () => Promise.race([subscribed, new Promise(resolve => setTimeout(resolve, SUBSCRIBE_MS).unref())]),
        () => {
          // First no more deliveries, then the rest back: the other way round they would come again at once
          closing = true
          const closed = subscription?.close()
          for (const item of waiting.splice(0)) item.settle('requeue')
          return closed
        },
      ])
    },
  }
}
