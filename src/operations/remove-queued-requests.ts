import type { Broker, Waiting } from '../backends/broker/broker.ts'
import type { Results } from '../backends/results/results.ts'
import type { Requests } from '../backends/state/requests.ts'
import { messageDigest } from '../contracts/message-digest.ts'
import { parseTestRequest } from '../contracts/test-request.ts'
import { BadInput } from '../domain/errors.ts'
import { type QueueKey, queueName } from '../domain/queue-name.ts'
import { isSelective, type RequestCriteria, requestJudge } from '../domain/request-criteria.ts'
import { type QueuedRequest, readRequestParams } from '../domain/request-params.ts'
import { versionsFor } from '../queries/waiting-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'depths' | 'sift'>
  readonly results: Pick<Results, 'currentVersions'>
  readonly state: { readonly requests: Pick<Requests, 'removed'> }
}

/** What became of one queue. */
export interface SiftedQueue {
  readonly queue: QueueKey
  /** How many waited, and how many of them, the oldest, were looked at. */
  readonly depth: number
  readonly seen: number
  /** Why it must not be looked into, where that is so: nothing of it goes. */
  readonly unread?: string
  /** What went, the oldest first. */
  readonly removed: readonly Waiting[]
}

export interface RemoveOptions {
  readonly criteria: RequestCriteria
  /** If given, nothing goes but messages of these digests. */
  readonly only?: ReadonlySet<string> | undefined
  /** Called once for each that meets the criteria, oldest first; true lets it stay all the same. */
  readonly spares?: (message: Waiting) => boolean
  /** For the audit trail: who or what took them out. */
  readonly reason: string
  /** Called with what is to go from a queue, before any of it is gone; when it rejects, all of it stays. */
  readonly keep: (queue: QueueKey, removed: readonly Waiting[]) => Promise<void>
}

/**
 * Takes requests that meet the criteria out of these queues, one queue after the other, and yields what became of
 * each that exists. What stays keeps its order, and messages that cannot be read stay. Requests that were made here are
 * marked as removed. BadInput without a criterion and without digests.
 */
export async function* removeQueuedRequests(
  { broker, results, state }: Deps,
  queues: readonly QueueKey[],
  { criteria, only, spares, reason, keep }: RemoveOptions,
): AsyncGenerator<SiftedQueue> {
  if (only === undefined && !isSelective(criteria))
    throw new BadInput('nothing says which requests are to be removed')
  const depths = await broker.depths(queues.map(queueName))
  for (const queue of queues) {
    const name = queueName(queue)
    if (!depths.get(name)) continue
    const judge = requestJudge(criteria, queue, await versionsFor(results, criteria, queue.release))
    const takesOut = (message: Waiting): boolean => {
      const request = readRequest(message.body)
      const isMeant =
        request !== undefined && judge(request) && only?.has(messageDigest(message.body)) !== false
      return isMeant && spares?.(message) !== true
    }
    const sifted = await broker.sift(name, { takesOut, keep: removed => keep(queue, removed) })
    if (sifted === undefined) continue
    for (const { body } of sifted.removed) {
      const uuid = readRequest(body)?.params.uuid
      if (uuid !== undefined) await state.requests.removed(uuid, reason)
    }
    yield { queue, ...sifted }
  }
}

/** Undefined for what cannot be read. */
export function readRequest(body: Uint8Array): QueuedRequest | undefined {
  const parsed = parseTestRequest(body)
  if (!parsed.ok) return undefined
  return { package: parsed.request.package, params: readRequestParams(parsed.request.params) }
}
