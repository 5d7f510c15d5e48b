import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AsyncMessage, Channel } from 'rabbitmq-client'
import { PEEK_MS, peekBudget } from './bounds.ts'
import type { Peek } from './broker.ts'
import { pause } from './within.ts'

/** The pauses between two questions whether the queue has given all it has, in milliseconds. */
const ASK_AFTER_MS = [0, 1, 2, 5, 10, 20]
/** A prefetch has 16 bits; 0 is no limit. */
const MAX_PREFETCH = 65_535

/** What waited on a queue, held unacknowledged on the channel. */
interface Held {
  readonly depth: number
  readonly messages: readonly AsyncMessage[]
  /** The consumer that would take more as soon as some are acknowledged; undefined if it was ended. */
  readonly consumer: string | undefined
}

/**
 * Consumes what waits on `channel`, up to the limit, and leaves it unacknowledged: closing the channel puts it
 * back in its place. One stream holds messages from workers for a tenth of the time that `basic.get` in a
 * loop does (20 messages: 5 ms against 10; 20,000: 0.4 s against 7), and a nack after `basic.get` costs
 * RabbitMQ a minute for 100,000. Throws NOT_FOUND.
 */
export async function holdWaiting(channel: Channel, queue: string, limit: number): Promise<Held> {
  const { messageCount } = await channel.queueDeclare({ queue, passive: true })
  if (limit < 1 || messageCount === 0) return { depth: messageCount, messages: [], consumer: undefined }

  const messages: AsyncMessage[] = []
  let consumer: string | undefined
  const fits = peekBudget(limit)
  const full = new AbortController()
  const timer = setTimeout(() => full.abort(), PEEK_MS)
  try {
    await channel.basicQos({ prefetchCount: limit > MAX_PREFETCH ? 0 : limit })
    const { consumerTag } = await channel.basicConsume({ queue }, message => {
      if (full.signal.aborted) return
      messages.push(message)
      if (!fits(message.body.length)) full.abort()
    })
    consumer = consumerTag
    // A queue has given all it has when it says 0. The number that waited at the start does not tell, as
    // messages come and workers take meanwhile.
    for (let asked = 0; !full.signal.aborted; asked += 1) {
      if ((await channel.queueDeclare({ queue, passive: true })).messageCount === 0) {
        // What was given and is still on its way comes before the answer to this.
        await channel.basicCancel({ consumerTag })
        consumer = undefined
        await nextTurn()
        break
      }
      await pause(ASK_AFTER_MS[Math.min(asked, ASK_AFTER_MS.length - 1)] ?? 0, full.signal)
    }
  } finally {
    clearTimeout(timer)
  }
  const depth = full.signal.aborted ? Math.max(messageCount, messages.length) : messages.length
  return { depth, messages, consumer }
}

/** The oldest messages of a queue. Throws NOT_FOUND. */
export async function lookAt(channel: Channel, queue: string, limit: number): Promise<Peek> {
  const { depth, messages } = await holdWaiting(channel, queue, limit)
  return { depth, bodies: messages.map(({ body }) => body as Buffer) }
}
