import type { Broker } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Requests, SubmittedRequest } from '../../backends/state/requests.ts'
import { messageOf } from '../../domain/errors.ts'
import { queueName } from '../../domain/queue/queue-name.ts'
import { type LookInto, locateRequest, lookOnce } from './locate-request.ts'

/** Publishing takes half a minute at most: after this time nothing is publishing the request any more. */
const AGE_MS = 2 * 60_000
/**
 * Between a worker's taking a request and its first report, nothing shows it (workers report each ten seconds once
 * they run), and while others look into a queue what they hold is not in it: two looks so far apart miss neither.
 */
const BETWEEN_LOOKS_MS = 60_000
/** A request that could not be sent for so long, as we saw it, is given up: who asked has asked again. */
const GIVE_UP_MS = 6 * 60 * 60_000
/** The number of requests that are settled in one run. */
const MOST = 100

interface Deps {
  readonly broker: Pick<Broker, 'peek' | 'publish' | 'state'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly results: Pick<Results, 'history'>
  readonly state: { readonly requests: Pick<Requests, 'unsettled' | 'published' | 'failed'> }
}

/** The outcome of the claims that were left over. */
export interface SettledRequests {
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

/**
 * Since when a request is known to be unsettled, and found nowhere, by {@link ClockReading.uptimeMs}; to be kept from
 * run to run. What is claimed is never given up, or sent, because of a clock that jumps.
 */
export type Watched = Map<string, Known>

interface Known {
  readonly since: number
  missingSince: number | undefined
  /** Its outcome, if it could not be recorded yet: it is not looked for, or sent, again. */
  noted: 'found' | 'sent' | undefined
}

/** The time by two clocks. */
export interface ClockReading {
  readonly now: Date
  /** In milliseconds by a monotonic clock. */
  readonly uptimeMs: number
}

type Fate = 'found' | 'sent' | { readonly waiting: string }

/**
 * Settles requests that were claimed and neither published nor given up, because a crash or a lost connection fell in
 * between: those that workers got are noted as published, those that are found nowhere twice are sent, with the
 * same bytes and uuid. To be run by one process at a time.
 */
export async function settleRequests(
  deps: Deps,
  watched: Watched,
  { now, uptimeMs }: ClockReading,
  signal: AbortSignal,
): Promise<SettledRequests> {
  const { requests } = deps.state
  const settled = { found: 0, sent: 0, givenUp: [] as Unsettled[], waiting: [] as Unsettled[] }
  const left = await requests.unsettled(new Date(now.getTime() - AGE_MS), MOST)
  const broker = left.length > 0 ? await deps.broker.state() : { ok: true as const }
  const lookInto = lookOnce(deps.broker)
  for (const request of left.sort((one, other) => (queueName(one) < queueName(other) ? -1 : 1))) {
    if (signal.aborted) break
    const { uuid } = request
    const known = watched.get(uuid) ?? { since: uptimeMs, missingSince: undefined, noted: undefined }
    watched.set(uuid, known)
    const isAway = !broker.ok && known.noted === undefined
    const fate = isAway
      ? { waiting: `the broker is unavailable: ${broker.reason}` }
      : (known.noted ?? (await settle({ ...deps, lookInto }, request, known, { now, uptimeMs })))
    try {
      if (typeof fate === 'string') {
        known.noted = fate
        await requests.published(uuid, now)
        settled[fate]++
      } else if (uptimeMs - known.since > GIVE_UP_MS) {
        await requests.failed(uuid, `not queued in ${GIVE_UP_MS / 3_600_000} hours: ${fate.waiting}`)
        settled.givenUp.push({ uuid, reason: fate.waiting })
      } else {
        settled.waiting.push({ uuid, reason: fate.waiting })
      }
    } catch (error) {
      settled.waiting.push({ uuid, reason: `its outcome cannot be recorded: ${messageOf(error)}` })
    }
  }
  const open = new Set(settled.waiting.map(({ uuid }) => uuid))
  if (!signal.aborted) for (const uuid of watched.keys()) if (!open.has(uuid)) watched.delete(uuid)
  return settled
}

async function settle(
  deps: Deps & { readonly lookInto: LookInto },
  request: SubmittedRequest,
  known: Known,
  { now, uptimeMs }: ClockReading,
): Promise<Fate> {
  try {
    const location = await locateRequest(deps, request, now)
    if (location === 'there') return 'found'
    if (location !== 'nowhere') return lookAgain(known, location.unknown)
    known.missingSince ??= uptimeMs
    if (uptimeMs - known.missingSince < BETWEEN_LOOKS_MS) return { waiting: 'not found so far' }
    await deps.broker.publish(queueName(request), request.body)
    return 'sent'
  } catch (error) {
    // Whatever is wrong with one of them, the others are settled
    return lookAgain(known, messageOf(error))
  }
}

/** The two looks begin again. */
function lookAgain(known: Known, reason: string): Fate {
  known.missingSince = undefined
  return { waiting: reason }
}
