import type { AsyncMessage, Channel } from 'rabbitmq-client'
import { messageOf } from '../../../domain/errors.ts'
import { pause } from '../../../domain/time/pause.ts'
import type { Log } from '../../../log.ts'
import { within } from '../answer-within.ts'
import type { Consumer, Delivery } from '../broker.ts'
import type { Outage } from '../outage.ts'
import { openAcks } from './acks.ts'
import { closeChannel, dropChannel, type Link } from './connection.ts'
import { waitingMessage } from './message.ts'

const SETUP_MS = 10_000
const CANCEL_MS = 2_000
const RETRY_LOW_MS = 200
const RETRY_HIGH_MS = 10_000
const MAX_PREFETCH = 65_535

export interface ConsumerPlan {
  /** For the log. */
  readonly title: string
  readonly prefetch: number
  /** Declares the queue to consume from on a new channel, and returns its name. */
  readonly declare: (channel: Channel) => Promise<string>
  /** Decides the outcome of a delivery; never rejects. `closing` is aborted when the consumer is closed. */
  readonly settle: (delivery: Delivery, queue: string, closing: AbortSignal) => Promise<'ack' | 'requeue'>
  readonly onSubscribed?: (() => void) | undefined
  /** Called before the end, so that nothing more is sent to a queue that is deleted with its consumer. */
  readonly release?: ((channel: Channel, queue: string) => Promise<unknown>) | undefined
}

export interface RunningConsumer extends Consumer {
  /** Resolves when the first subscription is in force. Never rejects. */
  readonly subscribed: Promise<void>
  /** Why nothing is being consumed now, undefined while consuming. */
  failure(): Outage | undefined
}

/** Consumes until closed, on a new channel whenever the old one is lost, cancelled or refused. */
export function runConsumer(link: Link, plan: ConsumerPlan, log: Log): RunningConsumer {
  const closing = new AbortController()
  const handling = new Set<Promise<void>>()
  let failure: Outage | undefined
  let stop: (() => Promise<void>) | undefined
  let lost = (): void => undefined
  let announce = (): void => undefined
  const subscribed = new Promise<void>(resolve => {
    announce = resolve
  })

  /** Resolves when this subscription has ended, for whatever reason. */
  async function consume(): Promise<void> {
    const channel = await link.openChannel()
    const gone = new Promise<void>(resolve => {
      lost = resolve
      channel.once('close', resolve)
    })
    channel.once('basic.cancel', () => dropChannel(channel))
    try {
      await within(SETUP_MS, startConsuming(channel), 'the broker does not answer')
      failure = undefined
      plan.onSubscribed?.()
      announce()
    } catch (error) {
      await closeChannel(channel)
      throw error
    }
    if (closing.signal.aborted) await stop?.()
    await gone
  }

  async function startConsuming(channel: Channel): Promise<void> {
    const queue = await plan.declare(channel)
    await channel.basicQos({ prefetchCount: Math.min(Math.max(plan.prefetch, 1), MAX_PREFETCH) })
    const acks = openAcks(channel)
    const onMessage = (message: AsyncMessage): void => {
      if (closing.signal.aborted) return
      acks.delivered(message.deliveryTag)
      const delivery = { ...waitingMessage(message), redelivered: message.redelivered }
      const settled = plan.settle(delivery, queue, closing.signal).then(outcome => {
        acks[outcome](message.deliveryTag)
        handling.delete(settled)
      })
      handling.add(settled)
    }
    const { consumerTag } = await channel.basicConsume({ queue }, onMessage)
    stop = async () => {
      const isAnswered =
        (await isAsked(channel, () => plan.release?.(channel, queue))) &&
        (await isAsked(channel, () => channel.basicCancel(consumerTag)))
      await Promise.all(handling)
      acks.flush()
      if (isAnswered) await closeChannel(channel)
      else letGo(channel)
    }
  }

  /** Whether the broker obeyed: a refusal closes the channel, and a silent broker is asked nothing else. */
  async function isAsked(channel: Channel, ask: () => Promise<unknown> | undefined): Promise<boolean> {
    if (!channel.active) return false
    return within(CANCEL_MS, Promise.resolve(ask()), '').then(
      () => true,
      () => false,
    )
  }

  /** Does not wait for the channel to close: the broker may never confirm it. */
  function letGo(channel: Channel): void {
    dropChannel(channel)
    lost()
  }

  async function upOrClosing(): Promise<void> {
    const over = new AbortController()
    // Created for this wait only: listeners on a signal that lives as long as the consumer would pile up
    const closed = new Promise<void>(resolve => {
      closing.signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal })
    })
    await Promise.race([link.whenUp(), closed])
    over.abort()
  }

  async function keepConsuming(): Promise<void> {
    let delay = RETRY_LOW_MS
    while (!closing.signal.aborted) {
      await upOrClosing()
      if (closing.signal.aborted || link.closing.aborted) return
      try {
        await consume()
        delay = RETRY_LOW_MS
        await pause(delay, closing.signal)
      } catch (error) {
        const reason = `${plan.title} is not consumed: ${messageOf(error)}`
        if (failure?.reason !== reason)
          log.warn({ err: messageOf(error) }, `${plan.title} cannot be consumed; retrying`)
        failure = { reason, since: failure?.since ?? new Date() }
        await pause(delay, closing.signal)
        delay = Math.min(2 * delay, RETRY_HIGH_MS)
      }
    }
  }

  const running = keepConsuming()
  return {
    subscribed,
    failure: () => failure,
    async close() {
      closing.abort()
      await stop?.()
      // An absent broker has nothing of ours, and would be waited for in vain
      if (link.outage() === undefined) await within(CANCEL_MS, running, '').catch(() => undefined)
    },
  }
}
