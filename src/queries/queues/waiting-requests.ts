import type { Broker } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import { messageDigest } from '../../contracts/messages/message-digest.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'
import { type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import { type RequestCriteria, requestJudge } from '../../domain/queue/request-criteria.ts'
import { readRequestParams } from '../../domain/request/request-params.ts'
import { hasCredentials, isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'

/** A request as shown to an operator: private ones too, credentials never. */
export interface ShownRequest {
  readonly queue: string
  /** Its place, from 1. */
  readonly position: number
  /** See `messageDigest`. */
  readonly digest: string
  /** Undefined if the message cannot be read; `reason` says why. */
  readonly package?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly private?: boolean
  /** Set if it has credentials, which are not in `params`. */
  readonly credentials?: true
  readonly reason?: string
}

interface Deps {
  readonly broker: Pick<Broker, 'peek'>
  readonly results: Pick<Results, 'currentVersions'>
}

/** The archive's versions that a judge of requests needs; empty if obsolete requests are not selected. */
export async function versionsFor(
  results: Pick<Results, 'currentVersions'>,
  { obsolete }: RequestCriteria,
  release: string,
): Promise<ReadonlyMap<string, string>> {
  return obsolete ? results.currentVersions().versions(release) : new Map()
}

/** The requests found in a queue. */
export interface FoundRequests {
  readonly depth: number
  /** The number of requests that were examined, the oldest ones. */
  readonly seen: number
  /** Why none were examined, if the queue must not be looked into. */
  readonly unread?: string
  readonly requests: readonly ShownRequest[]
}

/**
 * The waiting requests of a queue that match the criteria, oldest first, out of at most `limit` that are
 * examined: meanwhile workers do not see those. Undefined if the queue does not exist.
 */
export async function waitingRequests(
  { broker, results }: Deps,
  queue: QueueKey,
  criteria: RequestCriteria,
  limit: number,
): Promise<FoundRequests | undefined> {
  const name = queueName(queue)
  const peek = await broker.peek(name, limit)
  if (peek === undefined) return undefined
  const judge = requestJudge(criteria, queue, await versionsFor(results, criteria, queue.release))
  const isAll = Object.keys(criteria).length === 0
  const requests = peek.bodies.flatMap((body, place): ShownRequest[] => {
    const shown = showRequest(name, place + 1, body)
    if (shown.params === undefined) return isAll ? [shown] : []
    return judge({ package: shown.package as string, params: readRequestParams(shown.params) }) ? [shown] : []
  })
  const { depth, bodies, unread } = peek
  return { depth, seen: bodies.length, requests, ...(unread !== undefined && { unread }) }
}

/** One message of a queue. */
function showRequest(queue: string, position: number, body: Uint8Array): ShownRequest {
  const parsed = parseTestRequest(body)
  const place = { queue, position, digest: messageDigest(body) }
  if (!parsed.ok) return { ...place, reason: parsed.reason }
  const { package: name, params } = parsed.request
  return {
    ...place,
    package: name,
    params: maskCredentials(params),
    private: isPrivateRequest(params),
    ...(hasCredentials(params) && { credentials: true }),
  }
}
