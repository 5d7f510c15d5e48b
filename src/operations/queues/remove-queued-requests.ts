import type { Broker, Waiting } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Requests } from '../../backends/state/requests.ts'
import { messageDigest } from '../../contracts/messages/message-digest.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'
import { BadInput, messageOf } from '../../domain/errors.ts'
import { type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import { isSelective, type RequestCriteria, requestJudge } from '../../domain/queue/request-criteria.ts'
import { type QueuedRequest, readRequestParams } from '../../domain/request/request-params.ts'
import { versionsFor } from '../../queries/queues/waiting-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'depths' | 'purge'>
  readonly results: Pick<Results, 'currentVersions'>
  readonly state: { readonly requests: Pick<Requests, 'removed'> }
}

/** The outcome for one queue. */
export interface PurgedQueue {
  readonly queue: QueueKey
  /** How many requests waited, and how many of these, the oldest ones, were read. */
  readonly depth: number
  readonly seen: number
  /** Why it must not be looked into, where that is so: nothing of it goes. */
  readonly unread?: string
  /** What went, the oldest first. */
  readonly removed: readonly Waiting[]
  /** Those of them that could not be marked as removed: their pages say that they wait. Undefined if all could. */
  readonly unmarked: Unmarked | undefined
}

export interface Unmarked {
  readonly uuids: readonly string[]
  readonly reason: string
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
 * Removes requests that match the criteria from these queues, one queue after the other, and yields the outcome of
 * each existing queue. The rest keeps its order, and unreadable messages stay. Requests that were made here are
 * marked as removed; what was removed is returned in any case, as it exists nowhere else. Throws BadInput if there
 * are neither criteria nor digests.
 */
export async function* removeQueuedRequests(
  { broker, results, state }: Deps,
  queues: readonly QueueKey[],
  { criteria, only, spares, reason, keep }: RemoveOptions,
): AsyncGenerator<PurgedQueue> {
  if (only === undefined && !isSelective(criteria))
    throw new BadInput('no criteria say which requests are to be removed')
  const depths = await broker.depths(queues.map(queueName))
  for (const queue of queues) {
    const name = queueName(queue)
    if (!depths.get(name)) continue
    const judge = requestJudge(criteria, queue, await versionsFor(results, criteria, queue.release))
    const takesOut = (message: Waiting): boolean => {
      const request = readQueuedMessage(message.body)
      const isMeant =
        request !== undefined && judge(request) && only?.has(messageDigest(message.body)) !== false
      return isMeant && spares?.(message) !== true
    }
    const purged = await broker.purge(name, { takesOut, keep: removed => keep(queue, removed) })
    if (purged === undefined) continue
    yield { queue, ...purged, unmarked: await mark(state.requests, purged.removed, reason) }
  }
}

async function mark(
  requests: Pick<Requests, 'removed'>,
  removed: readonly Waiting[],
  reason: string,
): Promise<Unmarked | undefined> {
  const uuids = removed.flatMap(({ body }) => readQueuedMessage(body)?.params.uuid ?? [])
  for (const [place, uuid] of uuids.entries()) {
    try {
      await requests.removed(uuid, reason)
    } catch (error) {
      // An unavailable database is not tried for each of a thousand requests
      return { uuids: uuids.slice(place), reason: messageOf(error) }
    }
  }
  return undefined
}

/** Undefined for what cannot be read. */
export function readQueuedMessage(body: Uint8Array): QueuedRequest | undefined {
  const parsed = parseTestRequest(body)
  if (!parsed.ok) return undefined
  return { package: parsed.request.package, params: readRequestParams(parsed.request.params) }
}
