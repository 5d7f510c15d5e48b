import type { Channel } from 'rabbitmq-client'
import { messageOf } from '../../../domain/errors.ts'
import { pause } from '../../../domain/time/pause.ts'
import type { Log } from '../../../log.ts'
import { within } from '../answer-within.ts'
import { canBeQueue, checkNames } from '../bounds.ts'
import { type Broker, type Consumer, DEAD_LETTER_QUEUE, type Fanout, type Subscription } from '../broker.ts'
import { deadLetterHeaders, handleDelivery } from '../deliveries.ts'
import { type Channels, openChannels } from './channels.ts'
import { asFailure, openLink, refusalOf } from './connection.ts'
import { openDepths } from './depths.ts'
import { waitingMessage } from './message.ts'
import { openTrace } from './message-trace.ts'
import { lookAt } from './peek.ts'
import { openPublisher } from './publisher.ts'
import { purgeQueue } from './purge.ts'
import { type LookMode, openQueuesNotRead } from './queues-not-read.ts'
import { type RunningConsumer, runConsumer } from './running-consumer.ts'

const SUBSCRIBE_MS = 5_000
const PROBE_MS = 2_000
const DRAIN_MS = 10_000
const RECHECK_MISSING_MS = 30_000
/** The minimum pause before a delivery whose dead letter could not be sent comes back. */
const DEAD_LETTER_PAUSE_MS = 1_000

/** The flags of the workers' declarations; the broker refuses any difference, to them or to us. */
function declareFanout(channel: Channel, { exchange, durable }: Fanout): Promise<void> {
  return channel.exchangeDeclare({ exchange, type: 'fanout', durable, autoDelete: false })
}

/** A queue of requests, with the flags of the workers' declarations. */
function declareRequests(channel: Channel, queue: string): Promise<unknown> {
  return channel.queueDeclare({ queue, durable: true, autoDelete: false, exclusive: false })
}

/**
 * Our queues are classic, whatever the default of the virtual host: a quorum queue counts how often a message
 * was given back, and finally drops it, for example while a database is away.
 */
const CLASSIC = { 'x-queue-type': 'classic' } as const

/**
 * Creates a durable queue of ours, unless one of that name exists: somebody may have had reasons for other
 * arguments, and a version before this one used none.
 */
async function declareOurs(channels: Channels, queue: string): Promise<void> {
  try {
    await channels.ask('declaring', channel => channel.queueDeclare({ queue, passive: true }))
  } catch (error) {
    if (refusalOf(error) !== 'NOT_FOUND') throw error
    const flags = { durable: true, autoDelete: false, exclusive: false, arguments: CLASSIC }
    await channels.ask('declaring', channel => channel.queueDeclare({ queue, ...flags }))
  }
}

/**
 * Declares fanout, queue and binding; either a durable queue of the given name, which exists, or an exclusive
 * one that the broker names.
 */
async function declareSubscription(channel: Channel, { from, queue }: Subscription): Promise<string> {
  await declareFanout(channel, from)
  if (queue === undefined) {
    const flags = { exclusive: true, autoDelete: true, durable: false, arguments: CLASSIC }
    const made = await channel.queueDeclare(flags)
    await channel.queueBind({ queue: made.queue, exchange: from.exchange, routingKey: '' })
    return made.queue
  }
  await channel.queueBind({ queue, exchange: from.exchange, routingKey: queue })
  return queue
}

/**
 * The broker of a site at scale, at `amqp://user:password@host[:port][/vhost]` (see `parseAmqpUri`). Connects
 * in the background and retries for ever; throws {@link BadInput} only for an invalid URI.
 */
export function rabbitmqBroker(options: {
  readonly uri: string
  readonly log: Log
  /** Whether to read queues that the broker does not describe (default `auto`: no). */
  readonly look?: LookMode
  /** How long a missing queue counts as missing without another question. */
  readonly recheckMissingMs?: number
}): Broker {
  const log = options.log.child({ part: 'broker' })
  const link = openLink({ uri: options.uri, name: 'autopkgtest-web', log })
  const publishing = openLink({ uri: options.uri, name: 'autopkgtest-web, publishing', log })
  const channels = openChannels(link)
  const publisher = openPublisher(publishing, channels)
  const unread = openQueuesNotRead(channels, { look: options.look ?? 'auto', connection: link.count })
  const depths = openDepths(channels, log, {
    recheckMs: options.recheckMissingMs ?? RECHECK_MISSING_MS,
    onMissing: unread.forget,
  })
  const consumers = new Set<RunningConsumer>()

  /** Declares the queue each time: dead letters are few, and an operator may have deleted it. */
  async function sendDeadLetter(body: Uint8Array, headers: Readonly<Record<string, unknown>>): Promise<void> {
    await declareOurs(channels, DEAD_LETTER_QUEUE)
    await publisher.send({ exchange: '', routingKey: DEAD_LETTER_QUEUE, mandatory: true, headers }, body)
  }

  /** Waits for a first subscription, but not for long: attempts go on for ever. */
  async function keep(consumer: RunningConsumer): Promise<Consumer> {
    consumers.add(consumer)
    await within(SUBSCRIBE_MS, consumer.subscribed, '').catch(() => undefined)
    return {
      async close() {
        await consumer.close()
        consumers.delete(consumer)
      },
    }
  }

  /**
   * RabbitMQ confirms the closing of a channel shortly before its messages are back: waits until messages are
   * waiting again. If there are none, workers have taken them all.
   */
  async function awaitReturn(queue: string): Promise<void> {
    for (const ms of [0, 5, 20, 50, 100]) {
      await pause(ms)
      if ((await depthOf(queue)) > 0) return
    }
  }

  /**
   * Runs `work`, which holds messages of the queue and gives them back, or `instead`, with its depth and the
   * reason, if the queue must not be read; undefined if the queue does not exist.
   */
  async function holding<T>(
    queue: string,
    work: () => Promise<T>,
    instead: (depth: number, unread: string) => T,
  ): Promise<T | undefined> {
    if (!canBeQueue(queue)) return undefined
    try {
      const reason = await unread.why(queue)
      const done = reason === undefined ? await work() : instead(await depthOf(queue), reason)
      depths.forget(queue)
      return done
    } catch (error) {
      if (refusalOf(error) !== 'NOT_FOUND') throw error
      unread.forget(queue)
      return undefined
    }
  }

  async function depthOf(queue: string): Promise<number> {
    const declare = (channel: Channel) => channel.queueDeclare({ queue, passive: true })
    return (await channels.ask('reading a queue', declare)).messageCount
  }

  return {
    async publish(queue, body, { headers, properties, mandatory = true } = {}) {
      await publisher.send({ exchange: '', routingKey: queue, mandatory, headers, properties }, body)
      if (mandatory) depths.forget(queue)
    },
    async publishTo(fanout, body) {
      await publisher.declareOnce(`${fanout.durable ? 'durable' : 'transient'} ${fanout.exchange}`, channel =>
        declareFanout(channel, fanout),
      )
      await publisher.send({ exchange: fanout.exchange, routingKey: '', mandatory: false }, body)
    },
    async subscribe(subscription, handle) {
      const { exchange } = subscription.from
      checkNames(exchange, subscription.queue ?? exchange)
      const consumer = runConsumer(
        link,
        {
          title: subscription.queue ?? exchange,
          prefetch: subscription.prefetch,
          declare: async channel => {
            // Declared this early, as a broker that is killed forgets a queue that was declared in its last
            // two seconds.
            await declareOurs(channels, DEAD_LETTER_QUEUE)
            if (subscription.queue !== undefined) await declareOurs(channels, subscription.queue)
            return declareSubscription(channel, subscription)
          },
          // A message on its way to a queue that is being deleted is refused to its publisher
          release:
            subscription.queue === undefined
              ? (channel, queue) => channel.queueUnbind({ queue, exchange, routingKey: '' })
              : undefined,
          onSubscribed: () => {
            if (subscription.queue !== undefined) depths.forget(subscription.queue)
            subscription.onSubscribed?.()
          },
          settle: async (delivery, queue, closing) => {
            const outcome = await handleDelivery(handle, delivery, { queue, log, closing })
            if (typeof outcome === 'string') return outcome
            try {
              await sendDeadLetter(delivery.body, deadLetterHeaders(outcome.deadLetter, { exchange, queue }))
              return 'ack'
            } catch (error) {
              log.error(
                { queue, err: messageOf(error) },
                'a dead letter could not be stored; it is returned to its queue',
              )
              await pause(DEAD_LETTER_PAUSE_MS, closing)
              return 'requeue'
            }
          },
        },
        log,
      )
      return keep(consumer)
    },
    depths: depths.read,
    async peek(queue, limit) {
      const look = () => lookAt(link, queue, limit, () => unread.forget(queue))
      const peek = await holding(queue, look, (depth, why) => ({ depth, bodies: [], unread: why }))
      if (peek !== undefined && peek.bodies.length > 0) await awaitReturn(queue)
      return peek
    },
    async purge(queue, filter) {
      const purge = () => purgeQueue(link, queue, filter)
      const nothing = (depth: number, why: string) => ({ depth, seen: 0, removed: [], unread: why })
      const purged = await holding(queue, purge, nothing)
      if (purged !== undefined && purged.removed.length < purged.seen) await awaitReturn(queue)
      return purged
    },
    async take(queue, keep) {
      if (!canBeQueue(queue)) return undefined
      try {
        return await channels.ask('taking a message', async channel => {
          const message = await channel.basicGet({ queue })
          if (message === undefined) return undefined
          const delivery = { ...waitingMessage(message), redelivered: message.redelivered }
          keep?.(delivery) // an error closes the channel, and the message goes back
          channel.basicAck({ deliveryTag: message.deliveryTag })
          return delivery
        })
      } catch (error) {
        if (refusalOf(error) === 'NOT_FOUND') return undefined
        throw error
      }
    },
    async declareQueues(queues) {
      checkNames(...queues)
      const refused = (queue: string, error: unknown): never => {
        throw asFailure(error, `the queue ${queue} cannot be declared`)
      }
      await channels.askEach('declaring queues', queues, declareRequests, refused)
      for (const queue of queues) depths.forget(queue)
    },
    async trace(onPublish) {
      const { trace, consumer } = openTrace({ link, channels, publisher, log }, onPublish)
      const kept = await keep(consumer)
      const close = async (): Promise<void> => {
        await kept.close()
        await trace.close()
      }
      return { ...trace, close }
    },
    async state() {
      const failed =
        link.outage() ??
        publishing.outage() ??
        [...consumers].map(consumer => consumer.failure()).find(Boolean)
      if (failed !== undefined) return { ok: false, ...failed }
      const since = new Date()
      try {
        const probe = channels.ask('probing', channel => channel.basicQos({ prefetchCount: 0 }))
        await within(PROBE_MS, probe, 'the broker does not answer')
        return { ok: true }
      } catch (error) {
        return { ok: false, reason: messageOf(error), since }
      }
    },
    async close() {
      const drained = Promise.all([...consumers].map(consumer => consumer.close()))
      await within(DRAIN_MS, drained, '').catch(() =>
        log.warn({}, 'handlers are still running; their messages are returned to their queues'),
      )
      await Promise.all([publisher.close(), channels.close()])
      await Promise.all([publishing.close(), link.close()])
    },
  }
}
