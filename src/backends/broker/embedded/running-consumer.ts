import { messageOf } from '../../../domain/errors.ts'
import { pause } from '../../../domain/time/pause.ts'
import type { Log } from '../../../log.ts'
import type { Consumer, Delivery, DeliveryOutcome } from '../broker.ts'
import type { Outage } from '../outage.ts'
import type { BrokerFile } from './file.ts'
import type { Lease } from './message-lease.ts'
import type { Claimed, StoredQueues } from './stored-queues.ts'
import type { Writes } from './writes.ts'

/** How many messages are claimed from the file at once. */
const CLAIM_AT_MOST = 256
const RETRY_MS = 1_000

export interface EmbeddedParts {
  readonly file: BrokerFile
  readonly queues: StoredQueues
  readonly writes: Writes
  readonly lease: Lease
  readonly log: Log
}

export interface EmbeddedPlan {
  /** For the log. */
  readonly title: string
  readonly prefetch: number
  /** Declares the queue to consume from, in a transaction, and returns its id. */
  readonly declare: (session: number) => number
  /** Whether the queue belongs to this consumer only, and is deleted with it. */
  readonly exclusive: boolean
  /** Decides the outcome of a delivery; never rejects. `closing` is aborted when the consumer is closed. */
  readonly settle: (delivery: Delivery, closing: AbortSignal) => Promise<DeliveryOutcome>
  /** Stores a dead letter, in the transaction that acknowledges the message. */
  readonly deadLetter: (delivery: Delivery, reason: string) => void
  readonly onSubscribed?: (() => void) | undefined
}

export interface EmbeddedConsumer extends Consumer {
  /** Checks for waiting messages; to be called after each change of the file. True if any are taken. */
  pump(): boolean
  /** Starts again under another session. */
  restart(): void
  /** The id of the queue, undefined while not subscribed. */
  queue(): number | undefined
  /** Resolves when the first subscription is in force. */
  readonly subscribed: Promise<void>
  /** Why nothing is being consumed now, undefined while consuming. */
  failure(): Outage | undefined
}

/** Consumes until closed. */
export function runEmbeddedConsumer(parts: EmbeddedParts, plan: EmbeddedPlan): EmbeddedConsumer {
  const { queues, writes, lease, log } = parts
  const closing = new AbortController()
  const handling = new Set<Promise<void>>()
  /** The session and queue of the held messages, replaced when the lease is lost. */
  let hold: { readonly session: number; readonly queue: number; count: number } | undefined
  let claiming: Promise<void> | undefined
  let failure: Outage | undefined

  /** Logs the failure once, and tries again a second later. */
  async function failed(error: unknown): Promise<void> {
    const reason = `${plan.title} is not consumed: ${messageOf(error)}`
    if (failure?.reason !== reason)
      log.warn({ err: messageOf(error) }, `${plan.title} cannot be consumed; retrying`)
    failure = { reason, since: failure?.since ?? new Date() }
    await pause(RETRY_MS, closing.signal)
  }

  async function subscribe(): Promise<void> {
    while (!closing.signal.aborted && hold === undefined) {
      try {
        const session = await lease.session()
        const queue = await writes.write(() => {
          lease.check(session)
          return plan.declare(session)
        })
        hold = { session, queue, count: 0 }
        failure = undefined
        plan.onSubscribed?.()
        pump()
      } catch (error) {
        await failed(error)
      }
    }
  }

  function pump(): boolean {
    if (claiming !== undefined) return true
    if (hold === undefined || closing.signal.aborted) return false
    const count = Math.min(Math.max(plan.prefetch, 1) - hold.count, CLAIM_AT_MOST)
    if (count < 1 || !waits(hold.queue)) return false
    claiming = claim(hold, count)
      .catch(failed)
      .finally(() => {
        claiming = undefined
        pump()
      })
    return true
  }

  /** A file that cannot be read now is read again after the next heartbeat. */
  function waits(queue: number): boolean {
    try {
      return queues.waits(queue)
    } catch (error) {
      log.warn({ err: messageOf(error) }, "the broker's file cannot be read")
      return false
    }
  }

  async function claim(under: NonNullable<typeof hold>, count: number): Promise<void> {
    const claimed = await writes.write(() => {
      lease.check(under.session)
      return closing.signal.aborted ? [] : queues.claim(under.queue, under.session, count)
    })
    failure = undefined
    under.count += claimed.length
    for (const delivery of claimed) {
      const handled = handle(delivery, under).finally(() => handling.delete(handled))
      handling.add(handled)
    }
  }

  /** Repeats settling until it is written, or the session is gone and another consumer has the message. */
  async function handle(delivery: Claimed, under: NonNullable<typeof hold>): Promise<void> {
    const outcome = await plan.settle(delivery, closing.signal)
    for (let settled = false; !settled && under === hold; ) {
      try {
        await writes.write(() => settle(delivery, outcome, under.session))
        settled = true
      } catch (error) {
        log.warn({ err: messageOf(error) }, `a message of ${plan.title} cannot be settled; retrying`)
        await pause(RETRY_MS, closing.signal)
        if (closing.signal.aborted) {
          await lease.giveBack(under.session, [delivery.id])
          break
        }
      }
    }
    under.count -= 1
    pump()
  }

  function settle(delivery: Claimed, outcome: DeliveryOutcome, session: number): void {
    if (outcome === 'requeue') {
      queues.requeue(delivery.id, session)
      return
    }
    if (outcome !== 'ack') {
      lease.check(session)
      plan.deadLetter(delivery, outcome.deadLetter)
    }
    queues.acknowledge(delivery.id, session)
  }

  return {
    pump,
    subscribed: subscribe(),
    failure: () => failure,
    queue: () => hold?.queue,
    restart() {
      hold = undefined
      subscribe().catch(failed)
    },
    async close() {
      closing.abort()
      await claiming
      await Promise.all(handling)
      const { session, queue } = hold ?? {}
      hold = undefined
      if (!plan.exclusive || session === undefined || queue === undefined) return
      // It ends with the session in any case
      await writes
        .write(() => queues.remove(queue, session))
        .catch(error =>
          log.warn({ err: messageOf(error) }, `the queue of ${plan.title} could not be deleted yet`),
        )
    },
  }
}
