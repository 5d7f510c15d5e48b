import { setImmediate as turn } from 'node:timers/promises'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import { requestJudge } from '../../domain/queue/request-criteria.ts'
import { queuedRequests, readQueuedText, type WaitingRequest } from './queued.ts'

interface Deps {
  readonly results: Pick<Results, 'currentVersions'>
  readonly snapshots: Pick<Snapshots, 'queued'>
}

/** A waiting request that is no longer needed. */
export interface NeedlessRequest extends WaitingRequest {
  /**
   * The archive has newer versions of all its triggers, or an earlier request in its queue asks for the same
   * run.
   */
  readonly why: 'obsolete' | 'repeated'
}

export interface NeedlessRequests {
  readonly obsolete: number
  readonly repeated: number
  /** The first ones, in the order of the queues. */
  readonly requests: readonly NeedlessRequest[]
}

/** Reading all waiting requests takes a moment, and the archive changes slowly. */
const KEPT_MS = 2 * 60_000
/** The number of requests that are judged in one turn. */
const PIECE = 500
const MOST_LISTED = 1_000

interface KeptCount {
  found: NeedlessRequests | undefined
  counting: Promise<NeedlessRequests> | undefined
  until: number
}

const keptOf = new WeakMap<object, KeptCount>()

/** The result of the last count; undefined during the first one. Counts again in the background. */
export function needlessCount(deps: Deps): NeedlessRequests | undefined {
  const kept = keep(deps)
  if (kept.until <= performance.now()) count(deps, kept).catch(() => undefined) // the next request tries again
  return kept.found
}

/** The requests that are not needed, from the last count. */
export async function needlessRequests(deps: Deps): Promise<NeedlessRequests> {
  const kept = keep(deps)
  if (kept.found !== undefined && kept.until > performance.now()) return kept.found
  return count(deps, kept)
}

function keep({ snapshots }: Deps): KeptCount {
  const kept = keptOf.get(snapshots) ?? { found: undefined, counting: undefined, until: 0 }
  keptOf.set(snapshots, kept)
  return kept
}

function count(deps: Deps, kept: KeptCount): Promise<NeedlessRequests> {
  kept.counting ??= judgeAll(deps)
    .then(found => {
      kept.found = found
      kept.until = performance.now() + KEPT_MS
      return found
    })
    .finally(() => {
      kept.counting = undefined
    })
  return kept.counting
}

async function judgeAll(deps: Deps): Promise<NeedlessRequests> {
  const { queues } = queuedRequests(deps)
  const versions = new Map<string, ReadonlyMap<string, string>>()
  const requests: NeedlessRequest[] = []
  const counts = { obsolete: 0, repeated: 0 }
  let judged = 0
  for (const { context, release, arch, bodies } of queues) {
    if (bodies.length === 0) continue
    const known = versions.get(release) ?? (await deps.results.currentVersions().versions(release))
    versions.set(release, known)
    const queue = { context, release, arch }
    const isObsolete = requestJudge({ obsolete: true }, queue, known)
    const isRepeated = requestJudge({ duplicates: true }, queue, known)
    for (const [index, body] of bodies.entries()) {
      if (++judged % PIECE === 0) await turn()
      const request = readQueuedText(body)
      if (request === undefined) continue
      const repeated = isRepeated(request)
      const why = isObsolete(request) ? 'obsolete' : repeated ? 'repeated' : undefined
      if (why === undefined) continue
      counts[why]++
      if (requests.length < MOST_LISTED) requests.push({ ...request, ...queue, position: index + 1, why })
    }
  }
  return { ...counts, requests }
}
