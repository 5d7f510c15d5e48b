import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AsyncMessage, Channel } from 'rabbitmq-client'
import { pause } from '../../../domain/time/pause.ts'
import { within } from '../answer-within.ts'
import { PEEK_MS, peekBudget } from '../bounds.ts'
import type { Peek } from '../broker.ts'
import { asFailure, closeChannel, type Link } from './connection.ts'

/** The pauses between checks whether the queue has delivered everything, in milliseconds. */
const ASK_AFTER_MS = [0, 1, 2, 5, 10, 20]
/** A prefetch has 16 bits; 0 is no limit. */
const MAX_PREFETCH = 65_535
/** A look that lasts this long has lost its broker. */
const LOOK_MS = 20_000

/** The header in which a quorum queue counts earlier deliveries of a message. */
const DELIVERY_COUNT = 'x-delivery-count'

/** The messages of a queue, held unacknowledged on the channel. */
interface HeldMessages {
  readonly depth: number
  readonly messages: readonly AsyncMessage[]
  /** The consumer that would get more once some are acknowledged; undefined if it was cancelled. */
  readonly consumer: string | undefined
}

/**
 * Consumes the waiting messages on `channel`, up to the limit, and leaves them unacknowledged: closing the
 * channel puts them back in their places. One stream hides messages from workers for a tenth of the time that
 * `basic.get` in a loop does (20 messages: 5 ms instead of 10; 20,000: 0.4 s instead of 7), and a nack after
 * `basic.get` costs RabbitMQ a minute for 100,000. Throws NOT_FOUND.
 */
async function holdWaiting(channel: Channel, queue: string, limit: number): Promise<HeldMessages> {
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
    // A queue has delivered everything when it reports 0. The number at the start is not reliable, as
    // messages arrive and workers take some meanwhile.
    for (let asked = 0; !full.signal.aborted; asked += 1) {
      if ((await channel.queueDeclare({ queue, passive: true })).messageCount === 0) {
        // Deliveries that are still on their way arrive before the answer to this.
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

/**
 * The oldest messages of a queue, which are back in their places when it resolves. One channel holds all of
 * them, as RabbitMQ delivers and takes back all messages of a channel in one go: workers thus take the oldest
 * before and afterwards, and what is known of a queue stays true. Workers wait meanwhile, up to some 0.8 s
 * for 100,000. Throws NOT_FOUND.
 * @param onCounted called if the messages say that they were counted as delivered, which no look should do
 */
export async function lookAt(link: Link, queue: string, limit: number, onCounted: () => void): Promise<Peek> {
  return givingBack(link, LOOK_MS, 'reading a queue', async open => {
    const { depth, messages } = await holdWaiting(await open(), queue, limit)
    if (messages.some(({ headers }) => headers?.[DELIVERY_COUNT] !== undefined)) onCounted()
    return { depth, bodies: messages.map(({ body }) => body as Buffer) }
  })
}

/**
 * The number held on one channel of messages that are to be told apart: to acknowledge one in the middle,
 * RabbitMQ goes through all that the channel holds before it. With 100,000 on one it does nothing else for
 * many seconds.
 */
const WINDOW = 2000

/** Messages that are held on a separate channel. */
export interface Window {
  readonly channel: Channel
  readonly messages: readonly AsyncMessage[]
}

/**
 * Holds the messages of a queue, on one channel after the other, until there are no more, or 64 MiB are held,
 * or `ms` have passed; `left` is how many more are waiting. Workers take messages that are not held yet.
 * Throws NOT_FOUND.
 */
export async function holdWindows(
  open: () => Promise<Channel>,
  queue: string,
  ms: number,
): Promise<{ readonly windows: readonly Window[]; readonly left: number }> {
  const windows: Window[] = []
  const fits = peekBudget(Number.POSITIVE_INFINITY)
  const until = performance.now() + ms
  for (;;) {
    const channel = await open()
    const { depth, messages, consumer } = await holdWaiting(channel, queue, WINDOW)
    if (consumer !== undefined) await channel.basicCancel({ consumerTag: consumer })
    windows.push({ channel, messages })
    const room = messages.map(({ body }) => fits((body as Uint8Array).length)).at(-1)
    if (messages.length < WINDOW || !room || performance.now() > until)
      return { windows, left: depth - messages.length }
  }
}

/**
 * Runs `work` for at most that many milliseconds, and closes the channels that it opened, one after the
 * other: their messages go back to their places. The newest goes first: to put messages behind others,
 * RabbitMQ goes through all of them, which took 3 s for 100,000. Errors of `work` become failures of ours.
 */
export async function givingBack<T>(
  link: Link,
  ms: number,
  doing: string,
  work: (open: () => Promise<Channel>) => Promise<T>,
): Promise<T> {
  const channels: Channel[] = []
  let over = false
  async function open(): Promise<Channel> {
    const channel = await link.openChannel()
    if (over) {
      await closeChannel(channel)
      throw new Error('too late')
    }
    channels.push(channel)
    return channel
  }
  try {
    return await within(ms, work(open), 'the broker does not answer')
  } catch (error) {
    throw asFailure(error, doing)
  } finally {
    over = true
    for (const channel of channels.toReversed()) await closeChannel(channel)
  }
}
