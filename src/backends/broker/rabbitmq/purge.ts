import type { Channel } from 'rabbitmq-client'
import type { Purged, PurgeFilter } from '../broker.ts'
import type { Link } from './connection.ts'
import { waitingMessage } from './message.ts'
import { givingBack, holdWindows } from './peek.ts'

/** 100,000 take 4 s to read on an idle machine. */
const READ_MS = 30_000
const PURGE_MS = 60_000

/**
 * Holds the waiting messages, on one channel after the other, acknowledges those that the filter selects once
 * they are kept, and closes the channels, oldest first: unacknowledged messages are then back in their
 * places, and so are all of them if anything fails before. Throws NOT_FOUND.
 */
export async function purgeQueue(link: Link, queue: string, filter: PurgeFilter): Promise<Purged> {
  return givingBack(link, PURGE_MS, 'purging a queue', open => purge(open, queue, filter))
}

async function purge(open: () => Promise<Channel>, queue: string, filter: PurgeFilter): Promise<Purged> {
  const { windows, left } = await holdWindows(open, queue, READ_MS)
  const chosen = windows.map(({ channel, messages }) => ({
    channel,
    messages: messages.filter(message => filter.takesOut(waitingMessage(message))),
  }))
  const removed = chosen.flatMap(({ messages }) => messages.map(waitingMessage))
  const seen = windows.reduce((sum, { messages }) => sum + messages.length, 0)
  if (removed.length === 0) return { depth: seen + left, seen, removed }
  await filter.keep(removed)
  for (const { channel, messages } of chosen) {
    if (messages.length === 0) continue
    for (const { deliveryTag } of messages) channel.basicAck({ deliveryTag })
    // Answered after the acknowledgements have arrived: only then may the channel be closed
    await channel.queueDeclare({ queue, passive: true })
  }
  return { depth: seen + left, seen, removed }
}
