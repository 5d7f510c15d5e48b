import type { Broker } from '../backends/broker/broker.ts'
import type { Results } from '../backends/results/results.ts'
import type { Snapshots } from '../backends/snapshots/snapshots.ts'
import type { Requests, SubmittedRequest } from '../backends/state/requests.ts'
import { isFailure, messageOf } from '../domain/errors.ts'
import { queueName } from '../domain/queue-name.ts'
import { type LookInto, locateRequest, lookOnce } from './locate-request.ts'

/** Publishing takes half a minute at most: after so long nobody is at it any more. */
const AGE_MS = 2 * 60_000
/**
 * Between a worker's taking a request and its first report, nothing shows it (workers report each ten seconds once
 * they run), and while others look into a queue what they hold is not in it: two looks so far apart miss neither.
 */
const BETWEEN_LOOKS_MS = 60_000
/** A request that could not be sent for so long is given up: who asked has asked again. */
const GIVE_UP_MS = 6 * 60 * 60_000
/** So many are settled in one run. */
const MOST = 100

interface Deps {
  readonly broker: Pick<Broker, 'peek' | 'publish' | 'state'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly results: Pick<Results, 'history'>
  readonly state: { readonly requests: Pick<Requests, 'unsettled' | 'published' | 'failed'> }
}

/** What became of the claims that were left over. */
export interface Settled {
  /** Found where they should be. */
  readonly found: number
  /** Found nowhere, and sent. */
  readonly sent: number
  readonly givenUp: readonly Unsettled[]
  /** Tried again in the next run. */
  readonly waiting: readonly Unsettled[]
}

interface Unsettled {
  readonly uuid: string
  readonly reason: string
}

/** When a request was first found nowhere, in milliseconds since 1970; to be kept from run to run. */
export type Missing = Map<string, number>

type Fate = 'found' | 'sent' | { readonly waiting: string }

/**
 * Settles requests that were claimed and neither published nor given up, because a crash or a lost connection fell in
 * between: those that workers got are noted as published, those that are found nowhere twice are sent, with the
 * same bytes and uuid. To be run by one process at a time.
 */
export async function settleRequests(
  deps: Deps,
  missing: Missing,
  now: Date,
  signal: AbortSignal,
): Promise<Settled> {
  const { requests } = deps.state
  const settled = { found: 0, sent: 0, givenUp: [] as Unsettled[], waiting: [] as Unsettled[] }
  const left = await requests.unsettled(new Date(now.getTime() - AGE_MS), MOST)
  const broker = left.length > 0 ? await deps.broker.state() : { ok: true as const }
  const lookInto = lookOnce(deps.broker)
  for (const request of left.sort((one, other) => (queueName(one) < queueName(other) ? -1 : 1))) {
    if (signal.aborted) break
    const { uuid } = request
    const fate = broker.ok
      ? await settle({ ...deps, lookInto }, request, missing, now)
      : { waiting: `the broker is away: ${broker.reason}` }
    if (typeof fate === 'string') {
      await requests.published(uuid, now)
      settled[fate]++
    } else if (now.getTime() - request.submitted.getTime() > GIVE_UP_MS) {
      await requests.failed(uuid, `not queued in ${GIVE_UP_MS / 3_600_000} hours: ${fate.waiting}`)
      settled.givenUp.push({ uuid, reason: fate.waiting })
    } else {
      settled.waiting.push({ uuid, reason: fate.waiting })
    }
  }
  const open = new Set(settled.waiting.map(({ uuid }) => uuid))
  for (const uuid of missing.keys()) if (!open.has(uuid)) missing.delete(uuid)
  return settled
}

async function settle(
  deps: Deps & { readonly lookInto: LookInto },
  request: SubmittedRequest,
  missing: Missing,
  now: Date,
): Promise<Fate> {
  try {
    const location = await locateRequest(deps, request)
    if (location === 'there') return 'found'
    if (location !== 'nowhere') return forget(missing, request, location.unknown)
    const since = missing.get(request.uuid)
    if (since === undefined) missing.set(request.uuid, now.getTime())
    if (since === undefined || now.getTime() - since < BETWEEN_LOOKS_MS) {
      return { waiting: 'found nowhere so far' }
    }
    await deps.broker.publish(queueName(request), request.body)
    return 'sent'
  } catch (error) {
    if (!isFailure(error)) throw error
    return forget(missing, request, messageOf(error))
  }
}

/** The two looks begin again. */
function forget(missing: Missing, { uuid }: SubmittedRequest, reason: string): Fate {
  missing.delete(uuid)
  return { waiting: reason }
}
