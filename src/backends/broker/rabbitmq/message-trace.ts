import { randomUUID } from 'node:crypto'
import type { Channel } from 'rabbitmq-client'
import { messageOf } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import { within } from '../answer-within.ts'
import type { Delivery, MessageTrace } from '../broker.ts'
import { followContinuity } from '../continuity.ts'
import type { Channels } from './channels.ts'
import type { Link } from './connection.ts'
import { NOWHERE, type Publisher } from './publisher.ts'
import { type RunningConsumer, runConsumer } from './running-consumer.ts'

/** RabbitMQ's trace exchange, and the routing key of publishes through the default exchange only. */
const TRACE = { exchange: 'amq.rabbitmq.trace', routingKey: 'publish.' }
/** The most traced messages, and their bytes, that the broker keeps while we do not read. */
const KEPT = {
  'x-max-length': 200_000,
  'x-max-length-bytes': 256 * 1024 * 1024,
  'x-overflow': 'drop-head',
} as const
const PREFETCH = 2_000
const CLOSE_MS = 2_000

/** The queue a traced message was published to: its headers hold the routing keys of the original. */
function tracedQueue(headers: Delivery['headers']): string | undefined {
  const [key] = Array.isArray(headers.routing_keys) ? headers.routing_keys : []
  return typeof key === 'string' ? key : undefined
}

export interface RabbitmqParts {
  readonly link: Link
  readonly channels: Channels
  readonly publisher: Publisher
  readonly log: Log
}

/**
 * Consumes the broker's trace (`rabbitmqctl trace_on`) from a separate queue, which is deleted with the
 * connection. When it overflows, the oldest messages move to a second queue, so that a loss is noticed.
 */
export function openTrace(
  { link, channels, publisher, log }: RabbitmqParts,
  onPublish: (queue: string, body: Uint8Array) => void,
): { readonly trace: MessageTrace; readonly consumer: RunningConsumer } {
  const canaryQueue = `autopkgtest-web.canary.${randomUUID()}`
  let overflow = ''
  const continuity = followContinuity({
    sendCanary: id => publisher.send({ exchange: '', routingKey: canaryQueue, mandatory: false }, id),
    async overflowed() {
      const purge = (channel: Channel) => channel.queuePurge({ queue: overflow })
      const { messageCount } = await channels.ask('reading the trace', purge)
      return messageCount > 0
    },
  })

  async function declare(channel: Channel): Promise<string> {
    const classic = { 'x-queue-type': 'classic' } as const
    overflow = (await channel.queueDeclare({ exclusive: true, arguments: { ...classic, 'x-max-length': 1 } }))
      .queue
    const lost = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': overflow }
    const kept = { exclusive: true, autoDelete: true, arguments: { ...classic, ...KEPT, ...lost } }
    const { queue } = await channel.queueDeclare(kept)
    await channel.queueBind({ queue, ...TRACE })
    return queue
  }

  async function settle({ body, headers }: Delivery): Promise<'ack'> {
    const queue = tracedQueue(headers)
    try {
      if (queue === canaryQueue) continuity.canaryReturned(Buffer.from(body).toString())
      else if (queue !== undefined && queue !== NOWHERE) onPublish(queue, body)
    } catch (error) {
      log.error({ err: messageOf(error) }, 'a traced message could not be handled')
    }
    return 'ack'
  }

  const consumer = runConsumer(
    link,
    {
      title: "the broker's trace",
      prefetch: PREFETCH,
      declare,
      settle,
      onSubscribed: continuity.subscribed,
    },
    log,
  )
  const trace: MessageTrace = {
    alive: continuity.alive,
    async close() {
      // It is deleted with the connection in any case: no need to wait for an absent or silent broker
      if (link.outage() !== undefined) return
      const asked = channels.ask('closing the trace', channel => channel.queueDelete({ queue: overflow }))
      await within(CLOSE_MS, asked, '').catch(() => undefined)
    },
  }
  return { trace, consumer }
}
