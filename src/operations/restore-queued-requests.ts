import type { Broker, Waiting } from '../backends/broker/broker.ts'
import type { Requests } from '../backends/state/requests.ts'
import { readRequest } from './remove-queued-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'peek' | 'publish'>
  readonly state: { readonly requests: Pick<Requests, 'byUuid' | 'published'> }
}

/** A message that was taken out of a queue. */
export interface RemovedMessage extends Waiting {
  readonly queue: string
}

/**
 * Puts messages back at the end of their queues, in their order. Those of which the same bytes wait there are left
 * out, so that a file can be restored again after a failure halfway. Unavailable if a queue does not exist.
 */
export async function restoreQueuedRequests(
  { broker, state }: Deps,
  messages: readonly RemovedMessage[],
): Promise<{ restored: number; waiting: number }> {
  const waiting = new Map<string, Set<string>>()
  let restored = 0
  for (const { queue, body, headers } of messages) {
    if (!waiting.has(queue)) {
      const peek = await broker.peek(queue, Number.MAX_SAFE_INTEGER)
      waiting.set(queue, new Set(peek?.bodies.map(bytesOf)))
    }
    if (waiting.get(queue)?.has(bytesOf(body))) continue
    await broker.publish(queue, body, { headers })
    restored += 1
    const uuid = readRequest(body)?.params.uuid
    if (uuid !== undefined && (await state.requests.byUuid(uuid))?.state === 'removed')
      await state.requests.published(uuid, new Date())
  }
  return { restored, waiting: messages.length - restored }
}

const bytesOf = (body: Uint8Array): string => Buffer.from(body).toString('latin1')
