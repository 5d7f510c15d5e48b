import type { RequestLimit, Requests } from '../../backends/state/requests.ts'
import type { Refusal } from '../../domain/request/request-form.ts'

const HOUR_S = 3600
/** The waiting time is given in full minutes. */
const STEP_S = 60
/** Several people may share an address: its limit is this many times that of a requester. */
const PEOPLE_OF_ADDRESS = 2

/** A 429, with what goes into `Retry-After`. */
export interface LimitRefusal extends Refusal {
  readonly status: 429
  /** Seconds. */
  readonly retryAfter: number
}

/** What a requester, and all behind their address, may have in the hour before a moment; as a claim counts it. */
export function limitsOf(
  requestsPerHour: number,
  { requester, address }: { readonly requester: string; readonly address: string },
  now: Date,
): RequestLimit[] {
  const since = new Date(now.getTime() - HOUR_S * 1000)
  return [
    { who: { requester }, since, most: requestsPerHour },
    { who: { address }, since, most: requestsPerHour * PEOPLE_OF_ADDRESS },
  ]
}

/** @param retryAfter seconds */
export function limitRefusal(requester: string, retryAfter: number = STEP_S): LimitRefusal {
  return {
    status: 429,
    lines: [`You, ${requester}, have requested too many tests. Please try again later.`],
    retryAfter,
  }
}

interface Deps {
  readonly state: { readonly requests: Pick<Requests, 'countSince'> }
}

/**
 * Whether `count` more requests (one for each architecture) are within the limits, given the requests of the last
 * hour by this requester and from this address.
 * @param requestsPerHour of one requester; the limit of an address is twice as high
 * @param asker `address` is the group that the client's address counts in
 */
export async function checkLimits(
  { state: { requests } }: Deps,
  requestsPerHour: number,
  asker: { readonly requester: string; readonly address: string },
  count: number,
  now: Date,
): Promise<LimitRefusal | undefined> {
  const limits = limitsOf(requestsPerHour, asker, now)
  const waits = await Promise.all(
    limits.map(({ who, most }) => secondsUntil(requests, who, most - count, now)),
  )
  const retryAfter = Math.max(...waits)
  return retryAfter === 0 ? undefined : limitRefusal(asker.requester, retryAfter)
}

/**
 * The seconds until at most `most` requests are from the hour before; an hour at most, as is said when it never fits.
 */
async function secondsUntil(
  requests: Pick<Requests, 'countSince'>,
  who: Parameters<Requests['countSince']>[0],
  most: number,
  now: Date,
): Promise<number> {
  const fitsAfter = async (seconds: number) =>
    (await requests.countSince(who, new Date(now.getTime() + (seconds - HOUR_S) * 1000))) <= most
  if (await fitsAfter(0)) return 0
  let [tooSoon, enough] = [0, HOUR_S]
  while (enough - tooSoon > STEP_S) {
    const middle = tooSoon + Math.ceil((enough - tooSoon) / 2 / STEP_S) * STEP_S
    if (middle === enough) break
    if (await fitsAfter(middle)) enough = middle
    else tooSoon = middle
  }
  return enough
}
