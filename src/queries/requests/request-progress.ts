import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { SubmittedRequest } from '../../backends/state/requests.ts'
import type { Store } from '../../backends/store/store.ts'
import { type Queue, queuedRequests } from '../queues/queued.ts'
import { type RunningTest, runningTests } from '../queues/running.ts'
import { askedFor, findRequestRun, type RequestRun } from '../runs/request-run.ts'

interface Deps {
  readonly results: Pick<Results, 'history'>
  readonly store: Pick<Store, 'list' | 'get'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
}

/** The progress of a request. */
export type RequestProgress =
  /** It is not known yet whether the broker has received it. */
  | { readonly state: 'claimed' }
  | QueuedProgress
  | { readonly state: 'running'; readonly test: RunningTest }
  /** It has left its queue, but no worker or result has been seen yet. */
  | { readonly state: 'taken' }
  | { readonly state: 'finished'; readonly found: RequestRun }
  /** It never reached its queue, or was taken out of it. */
  | { readonly state: 'failed' | 'removed'; readonly reason: string | undefined }

/** It is waiting, as far as is known. */
export interface QueuedProgress {
  readonly state: 'queued'
  /** Its place, from 1; undefined if the queue has not been read that far, or does not say. */
  readonly position: number | undefined
  /**
   * Why it has no place: the queue was not read since, or not that far, or it is a private request, which all
   * look the same.
   */
  readonly unseen: 'unread' | 'tail' | 'private' | undefined
  /** Why its queue is not looked into, if so. */
  readonly unread: string | undefined
  /** The number of requests in its queue, and of the known ones; undefined if the queue could not be read. */
  readonly size: number | undefined
  readonly known: number | undefined
  readonly at: Date | undefined
}

/**
 * The progress of a request that was made on this site. A result takes precedence over anything that may be
 * outdated.
 */
export async function requestProgress(deps: Deps, request: SubmittedRequest): Promise<RequestProgress> {
  const { state, reason } = request
  if (state === 'failed' || state === 'removed') return { state, reason }
  const found = await findRequestRun(deps, request)
  if (found !== undefined) return { state: 'finished', found }
  const test = runningTests(deps)
    .byPackage.get(request.package)
    ?.find(one => one.params.uuid === request.uuid)
  if (test !== undefined) return { state: 'running', test }
  return queuedProgress(deps, request) ?? (state === 'claimed' ? { state } : { state: 'taken' })
}

/** Undefined if it is certain that it is not waiting. */
function queuedProgress(deps: Deps, request: SubmittedRequest): QueuedProgress | undefined {
  const { queues, at, ...queued } = queuedRequests(deps)
  const { context, release, arch } = request
  const queue = queues.find(one => one.context === context && one.release === release && one.arch === arch)
  const size = queue?.size
  const known = queue?.known
  const unread = queue?.unread
  const waiting = queued.ofPackage(request.package).find(one => one.params.uuid === request.uuid)
  if (waiting !== undefined) {
    return { state: 'queued', position: waiting.position, unseen: undefined, unread, size, known, at }
  }
  const unseen = whyUnseen(queue, at, request)
  return unseen && { state: 'queued', position: undefined, unseen, unread, size, known, at }
}

function whyUnseen(
  queue: Queue | undefined,
  at: Date | undefined,
  request: SubmittedRequest,
): QueuedProgress['unseen'] {
  if (request.published === undefined) return undefined
  if (queue === undefined || at === undefined || at < request.published) return 'unread'
  if (askedFor(request).isPrivate && queue.slice(0, queue.known).includes(undefined)) return 'private'
  return queue.size > queue.known ? 'tail' : undefined
}
