import type { AsyncMessage, Channel } from 'rabbitmq-client'
import { peekBudget } from './bounds.ts'
import type { Sieve, Sifted } from './broker.ts'
import { asFailure, closeChannel, type Link } from './rabbitmq-link.ts'
import { holdWaiting } from './rabbitmq-peek.ts'
import { within } from './within.ts'

/**
 * So many are held on one channel. To acknowledge one in the middle RabbitMQ goes through all that the channel holds
 * before it: with 100,000 on one it does nothing else for many seconds.
 */
const WINDOW = 2_000
/** 100,000 take 4 s to read on a machine that has nothing else to do. */
const READ_MS = 30_000
const SIFT_MS = 60_000

interface Window {
  readonly channel: Channel
  readonly messages: readonly AsyncMessage[]
}

/**
 * Holds what waits, on one channel after the other, acknowledges what the sieve takes out once that is kept, and closes
 * the channels, oldest first: what is not acknowledged is back in its place, and all of it is if anything fails before.
 * Throws NOT_FOUND.
 */
export async function siftQueue(link: Link, queue: string, sieve: Sieve): Promise<Sifted> {
  const channels: Channel[] = []
  const open = async (): Promise<Channel> => {
    const channel = await link.openChannel()
    channels.push(channel)
    return channel
  }
  try {
    return await within(SIFT_MS, sift(open, queue, sieve), 'the broker does not answer')
  } catch (error) {
    throw asFailure(error, 'sifting a queue')
  } finally {
    for (const channel of channels) await closeChannel(channel)
  }
}

async function sift(open: () => Promise<Channel>, queue: string, sieve: Sieve): Promise<Sifted> {
  const { windows, left } = await holdAll(open, queue)
  const chosen = windows.map(({ channel, messages }) => ({
    channel,
    messages: messages.filter(({ body, headers = {} }) => sieve.takesOut({ body, headers })),
  }))
  const removed = chosen.flatMap(({ messages }) =>
    messages.map(({ body, headers = {} }) => ({ body: body as Uint8Array, headers })),
  )
  const seen = windows.reduce((sum, { messages }) => sum + messages.length, 0)
  if (removed.length === 0) return { depth: seen + left, seen, removed }
  await sieve.keep(removed)
  for (const { channel, messages } of chosen) {
    if (messages.length === 0) continue
    for (const { deliveryTag } of messages) channel.basicAck({ deliveryTag })
    // Answered after the acknowledgements were taken: only then may the channel be closed
    await channel.queueDeclare({ queue, passive: true })
  }
  return { depth: seen + left, seen, removed }
}

/** All that waits, as far as a look may go; `left` is what was not looked at. */
async function holdAll(
  open: () => Promise<Channel>,
  queue: string,
): Promise<{ windows: readonly Window[]; left: number }> {
  const windows: Window[] = []
  const fits = peekBudget(Number.POSITIVE_INFINITY)
  const until = Date.now() + READ_MS
  for (;;) {
    const channel = await open()
    const { depth, messages, consumer } = await holdWaiting(channel, queue, WINDOW)
    if (consumer !== undefined) await channel.basicCancel({ consumerTag: consumer })
    windows.push({ channel, messages })
    if (messages.length < WINDOW) return { windows, left: depth - messages.length }
    const room = messages.map(({ body }) => fits((body as Uint8Array).length)).at(-1)
    if (!room || Date.now() > until) {
      return { windows, left: depth - messages.length }
    }
  }
}
