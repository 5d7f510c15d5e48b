import type { Broker } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import { messageDigest } from '../../contracts/messages/message-digest.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'
import { type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import { type RequestCriteria, requestJudge } from '../../domain/queue/request-criteria.ts'
import { readRequestParams } from '../../domain/request/request-params.ts'
import { hasCredentials, isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'

/** A request as an operator sees it: private ones too, credentials never. */
export interface ShownRequest {
  readonly queue: string
  /** Its place, from 1. */
  readonly position: number
  /** See `messageDigest`. */
  readonly digest: string
  /** Undefined if nothing can be made of the message; `reason` says why. */
  readonly package?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly private?: boolean
  /** It carries some, which are not in `params`. */
  readonly credentials?: true
  readonly reason?: string
}

interface Deps {
  readonly broker: Pick<Broker, 'peek'>
  readonly results: Pick<Results, 'currentVersions'>
}

/** What a judge of requests has to know of the archive; nothing where it is not asked for obsolete ones. */
export async function versionsFor(
  results: Pick<Results, 'currentVersions'>,
  { obsolete }: RequestCriteria,
  release: string,
): Promise<ReadonlyMap<string, string>> {
  return obsolete ? results.currentVersions().versions(release) : new Map()
}

/** What was found of the requests in a queue. */
export interface FoundRequests {
  readonly depth: number
  /** How many were looked at, the oldest. */
  readonly seen: number
  /** Why nothing was, where the queue must not be looked into. */
  readonly unread?: string
  readonly requests: readonly ShownRequest[]
}

/**
 * What waits in a queue and meets the criteria, oldest first, of at most `limit` that are looked at: they are invisible to
 * workers meanwhile. Undefined if the queue does not exist.
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
