import type { Broker, Waiting } from '../../backends/broker/broker.ts'
import type { Requests } from '../../backends/state/requests.ts'
import { readQueuedMessage } from './remove-queued-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'peek' | 'publish'>
  readonly state: { readonly requests: Pick<Requests, 'byUuid' | 'published'> }
}

export interface RestoredRequests {
  readonly restored: number
  /** Left out, as they wait there. */
  readonly waiting: number
  /** The queues whose waiting messages are unknown, and why. */
  readonly unread: ReadonlyMap<string, string>
}

/** A message that was removed from a queue. */
export interface RemovedMessage extends Waiting {
  readonly queue: string
}

/**
 * Puts messages back at the end of their queues, in their order and with their properties. Messages whose bytes
 * already wait there are skipped, so that a file can be restored again after a failure; in a queue that must not be
 * inspected this is unknown, and all are put there. Throws Unavailable if a queue does not exist.
 */
export async function restoreQueuedRequests(
  { broker, state }: Deps,
  messages: readonly RemovedMessage[],
): Promise<RestoredRequests> {
  const waiting = new Map<string, Set<string>>()
  const unread = new Map<string, string>()
  let restored = 0
  for (const { queue, body, headers, properties } of messages) {
    if (!waiting.has(queue)) {
      const peek = await broker.peek(queue, Number.MAX_SAFE_INTEGER)
      waiting.set(queue, new Set(peek?.bodies.map(bytesOf)))
      if (peek?.unread !== undefined) unread.set(queue, peek.unread)
    }
    if (waiting.get(queue)?.has(bytesOf(body))) continue
    await broker.publish(queue, body, { headers, properties })
    restored += 1
    const uuid = readQueuedMessage(body)?.params.uuid
    if (uuid !== undefined && (await state.requests.byUuid(uuid))?.state === 'removed')
      await state.requests.published(uuid, new Date())
  }
  return { restored, waiting: messages.length - restored, unread }
}

const bytesOf = (body: Uint8Array): string => Buffer.from(body).toString('latin1')
