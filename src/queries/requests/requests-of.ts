import pLimit from 'p-limit'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type {
  RefusedRequest,
  Requests,
  RequestsPage,
  SubmittedRequest,
} from '../../backends/state/requests.ts'
import type { Store } from '../../backends/store/store.ts'
import { type AskedFor, askedFor } from '../runs/request-run.ts'
import { type RequestProgress, requestProgress } from './request-progress.ts'

interface Deps {
  readonly results: Pick<Results, 'history'>
  readonly store: Pick<Store, 'list' | 'get'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly state: { readonly requests: Pick<Requests, 'byRequester' | 'refusalsOf'> }
}

/** A request that was made on this site, and its progress. */
export interface FollowedRequest {
  readonly request: SubmittedRequest
  readonly asked: AskedFor
  readonly progress: RequestProgress
}

export interface RequestsOf {
  readonly followed: readonly FollowedRequest[]
  /** Whether there are older ones. */
  readonly more: boolean
  /** Only shown to the owner, on the first page. */
  readonly refusals: readonly RefusedRequest[]
}

/** The number of rows that are read at once, and how often, if many are private. */
const CHUNK = 100
const CHUNKS = 20
const PARALLEL = 4
const REFUSALS = 20

/**
 * The requests that a person made on this site, newest first; private requests and refusals are only shown to
 * that person. Nothing reveals how many are omitted.
 */
export async function requestsOf(
  deps: Deps,
  requester: string,
  page: RequestsPage & { readonly isOwner: boolean },
): Promise<RequestsOf> {
  const { limit, after, isOwner } = page
  const { requests } = deps.state
  const shown = await readShown(requests, requester, page)
  const follow = async ({ request, asked }: Omit<FollowedRequest, 'progress'>) => ({
    ...{ request, asked },
    progress: await requestProgress(deps, request),
  })
  return {
    followed: await pLimit(PARALLEL).map(shown.slice(0, limit), follow),
    more: shown.length > limit,
    refusals: isOwner && after === undefined ? await requests.refusalsOf(requester, REFUSALS) : [],
  }
}

/** Reads one more than are shown, if there are any. */
async function readShown(
  requests: Pick<Requests, 'byRequester'>,
  requester: string,
  page: RequestsPage & { readonly isOwner: boolean },
): Promise<Omit<FollowedRequest, 'progress'>[]> {
  const shown: Omit<FollowedRequest, 'progress'>[] = []
  let { after } = page
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const rows = await requests.byRequester(requester, { limit: CHUNK, after })
    for (const request of rows) {
      const asked = askedFor(request)
      if (page.isOwner || !asked.isPrivate) shown.push({ request, asked })
      if (shown.length > page.limit) return shown
    }
    if (rows.length < CHUNK) return shown
    after = rows.at(-1)
  }
  return shown
}
