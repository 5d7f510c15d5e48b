import { createHash, randomUUID } from 'node:crypto'
import type { Broker } from '../../backends/broker/broker.ts'
import type {
  NewRequest,
  RequestLimit,
  RequestSource,
  Requests,
  SubmittedRequest,
} from '../../backends/state/requests.ts'
import { messageOf, Unavailable, Unconfirmed } from '../../domain/errors.ts'
import { queueName } from '../../domain/queue/queue-name.ts'
import { fingerprintOf, type PlannedRequest } from '../../domain/request/planned-request.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import { pythonJson } from '../../domain/text/python-text.ts'
import { type LimitRefusal, limitRefusal } from './check-limits.ts'
import { alreadyThere } from './find-live-request.ts'

/** For how long a published request stands in the way of an equal one, in seconds: then live state knows it. */
const WINDOW_S = 10 * 60

/** The requester and their address, for the audit trail. */
export interface Asker {
  /** Empty if an operator names no requester: the message then has none either. */
  readonly requester: string
  readonly source: RequestSource
  /** Limits count by it: the group of a client's addresses. */
  readonly address: string
}

/** A request that will be tested; `claimed`: it is not known yet whether the broker has it, and being settled. */
export interface AcceptedRequest extends NewRequest {
  readonly state: Extract<SubmittedRequest['state'], 'published' | 'claimed'>
}

/** Why nothing, or not all, was queued, in words for who asked. */
export class NotQueued extends Unavailable {}

interface Deps {
  readonly broker: Pick<Broker, 'publish' | 'depths'>
  readonly state: { readonly requests: Pick<Requests, 'claim' | 'published' | 'failed'> }
}

/**
 * Queues what was checked, one message for each planned request. They are claimed first, so that of two
 * equal requests made at the same moment, on whatever website, one is queued. {@link NotQueued} if the broker refuses
 * any of them or cannot be reached: those are given up, and the message says which. One that was sent and
 * not answered stays claimed, and is accepted: `settleRequests` finds out, and sends it again if it must.
 * @param limits what the asker may have, these included
 */
export async function submitRequests(
  deps: Deps,
  planned: readonly PlannedRequest[],
  asker: Asker,
  now: Date,
  limits: readonly RequestLimit[] = [],
): Promise<Refusal | LimitRefusal | readonly AcceptedRequest[]> {
  const requests = planned.map(one => makeRequest(one, asker, now))
  await checkQueues(deps.broker, requests)
  const claim = await deps.state.requests.claim(requests, WINDOW_S, now, limits).catch(orUnrecorded)
  // Others asked at the same moment: it fitted when it was checked
  if (claim === 'limited') return limitRefusal(asker.requester)
  if (claim !== 'claimed') {
    const { fingerprint } = claim.equal
    return alreadyThere(
      'queued',
      planned[requests.findIndex(one => one.fingerprint === fingerprint)] as PlannedRequest,
    )
  }
  // At once: no request waits for the answers to others, which would keep its claim from being settled
  const accepted = await Promise.all(requests.map(request => publish(deps, request, now)))
  const lost = requests.filter((_, index) => accepted[index] === undefined)
  if (lost.length > 0) {
    const names = [...new Set(lost.map(({ release, arch }) => `${release}/${arch}`))]
    throw new NotQueued(`not queued, as the broker did not take it: ${names.join(', ')}`)
  }
  return accepted.filter(request => request !== undefined)
}

/** What cannot be written down is not queued either. What the database said is for the log alone. */
function orUnrecorded(error: unknown): never {
  if (!(error instanceof Unavailable)) throw error
  const line = 'The request could not be recorded. Please try again later.'
  throw new NotQueued(line, { cause: error })
}

/** Undefined if it is certain that the broker does not have it. */
async function publish(
  { broker, state: { requests } }: Deps,
  request: NewRequest,
  now: Date,
): Promise<AcceptedRequest | undefined> {
  try {
    await broker.publish(queueName(request), request.body)
  } catch (error) {
    if (error instanceof Unconfirmed) return { ...request, state: 'claimed' }
    return giveUp(requests, request, messageOf(error))
  }
  const isNoted = await requests.published(request.uuid, now).then(
    () => true,
    () => false,
  )
  return { ...request, state: isNoted ? 'published' : 'claimed' }
}

/** While the database cannot be told, the claim stands, and what is claimed is sent in the end. */
async function giveUp(
  requests: Deps['state']['requests'],
  request: NewRequest,
  reason: string,
): Promise<AcceptedRequest | undefined> {
  return requests.failed(request.uuid, reason).then(
    () => undefined,
    () => ({ ...request, state: 'claimed' }),
  )
}

/** {@link NotQueued} if a queue does not exist, as it has no worker: better said before anything is claimed. */
export async function checkQueues(
  broker: Pick<Broker, 'depths'>,
  requests: readonly Pick<PlannedRequest, 'context' | 'release' | 'arch'>[],
): Promise<void> {
  const depths = await broker.depths(requests.map(queueName))
  const missing = requests.find(request => depths.get(queueName(request)) === undefined)
  if (missing !== undefined) throw new NotQueued(`nothing consumes ${missing.release}/${missing.arch}`)
}

/** The parameters are sorted by name, as the request page has always sent them: the bytes are hashed. */
function makeRequest(planned: PlannedRequest, asker: Asker, now: Date): NewRequest {
  const uuid = planned.uuid ?? randomUUID()
  const params = {
    ...planned.params,
    ...(asker.requester === '' ? {} : { requester: asker.requester }),
    'submit-time': submitTime(now, asker.source),
    uuid,
  }
  return {
    uuid,
    context: planned.context,
    release: planned.release,
    arch: planned.arch,
    package: planned.package,
    fingerprint: createHash('sha256')
      .update(fingerprintOf({ ...planned, params }))
      .digest('hex'),
    body: messageBody(planned.package, params),
    requester: asker.requester,
    readableBy: planned.readableBy,
    source: asker.source,
    address: asker.address,
  }
}

/** The operators' command has always said it to the microsecond, the request page to the second. */
function submitTime(now: Date, source: RequestSource): string {
  const [day, time] = now.toISOString().slice(0, -1).split('T') as [string, string]
  return source === 'command' ? `${day} ${time}000+0000` : `${day} ${time.slice(0, 8)}+0000`
}

/** A request as workers read it: the package, a line break, and the parameters sorted by name. */
export function messageBody(name: string, params: Readonly<Record<string, unknown>>): string {
  return `${name}\n${pythonJson(sortKeys(params))}`
}

const sortKeys = (params: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1)))
