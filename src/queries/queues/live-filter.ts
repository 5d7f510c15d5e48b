import type { Context, QueueKey } from '../../domain/queue/queue-name.ts'
import type { QueuedRequest, RequestParams } from '../../domain/request/request-params.ts'
import { mayHold, packageOfBody, type Queues, readQueuedText, type WaitingRequest } from './queued.ts'
import type { RunningTest } from './running.ts'

/** A filter for running and waiting tests; undefined fields do not narrow it. */
export interface LiveFilter {
  /** A part of the package's name. */
  readonly package: string | undefined
  /** A part of one of its triggers. */
  readonly trigger: string | undefined
  readonly release: string | undefined
  readonly arch: string | undefined
  readonly context: Context | undefined
  readonly requester: string | undefined
}

/** Matching requests, of which some are returned. */
export interface FoundWaiting {
  readonly total: number
  /** Whether all requests that may match were read; if not, there are more than `total`. */
  readonly isExact: boolean
  readonly requests: readonly WaitingRequest[]
}

/** The number of requests that are read for one answer; a filter that needs more is too wide to be useful. */
const MOST_READ = 5_000

const GIT_PULL = /^UPSTREAM_PULL_REQUEST=/

/**
 * The contexts whose queues a running test may have come from: its message does not say, and `huge` differs
 * from `ubuntu` only in the queue.
 */
function contextsOf(params: Pick<RequestParams, 'env' | 'ppas'>): readonly Context[] {
  if (params.env.some(one => GIT_PULL.test(one))) return ['upstream']
  return params.ppas.length > 0 ? ['ppa'] : ['ubuntu', 'huge']
}

const isOfPlace = ({ release, arch }: LiveFilter, place: { release: string; arch: string }): boolean =>
  (release === undefined || release === place.release) && (arch === undefined || arch === place.arch)

/**
 * Whether the filter has more than a place, which is all that is known of a private test or request: nothing
 * else finds it.
 */
const asksForMore = ({ package: name, trigger, requester }: LiveFilter): boolean =>
  name !== undefined || trigger !== undefined || requester !== undefined

function isOfRequest(filter: LiveFilter, { package: name, params }: QueuedRequest): boolean {
  const { trigger, requester } = filter
  if (filter.package !== undefined && !name.includes(filter.package)) return false
  if (requester !== undefined && params.requester !== requester) return false
  return trigger === undefined || params.triggers.some(one => one.includes(trigger))
}

/** The tests that match, in the same order. */
export function matchingTests<T extends RunningTest>(tests: readonly T[], filter: LiveFilter): readonly T[] {
  const { context } = filter
  return tests.filter(test => {
    if (!isOfPlace(filter, test)) return false
    if (test.isPrivate) return context === undefined && !asksForMore(filter)
    return (context === undefined || contextsOf(test.params).includes(context)) && isOfRequest(filter, test)
  })
}

/** The queues that can contain matching requests. */
export function matchingQueues<Q extends QueueKey>(queues: readonly Q[], filter: LiveFilter): Q[] {
  const { context } = filter
  return queues.filter(
    queue => (context === undefined || queue.context === context) && isOfPlace(filter, queue),
  )
}

/** Waiting requests that match, in the order of the queues. A private one is counted if its place matches. */
export function matchingRequests(
  { queues }: Pick<Queues, 'queues'>,
  filter: LiveFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): FoundWaiting {
  const requests: WaitingRequest[] = []
  const isAny = !asksForMore(filter)
  const texts = [filter.trigger, filter.requester].filter(text => text !== undefined)
  let total = 0
  let read = 0
  for (const { context, release, arch, size, bodies } of matchingQueues(queues, filter)) {
    for (const [index, body] of bodies.entries()) {
      const isShown = total >= offset && requests.length < limit
      if (isAny && !isShown) {
        total++
        continue
      }
      if (filter.package !== undefined && !packageOfBody(body).includes(filter.package)) continue
      if (texts.some(text => !mayHold(body, text))) continue
      if (!isAny && texts.length > 0 && ++read > MOST_READ) return { total, isExact: false, requests }
      const request = texts.length > 0 || isShown ? readQueuedText(body) : undefined
      if (texts.length > 0 && (request === undefined || !isOfRequest(filter, request))) continue
      if (isShown && request !== undefined)
        requests.push({ ...request, context, release, arch, position: index + 1 })
      total++
    }
    if (isAny) total += size - bodies.length
  }
  return { total, isExact: true, requests }
}
