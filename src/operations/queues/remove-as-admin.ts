import type { Broker, Waiting } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Requests } from '../../backends/state/requests.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'
import type { QueueKey } from '../../domain/queue/queue-name.ts'
import type { RequestCriteria } from '../../domain/queue/request-criteria.ts'
import { hasCredentials } from '../../domain/request/request-redaction.ts'
import type { Log } from '../../log.ts'
import { logRemovals, logUnmarked, removalReason } from './log-removals.ts'
import { removeQueuedRequests } from './remove-queued-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'depths' | 'purge'>
  readonly results: Pick<Results, 'currentVersions'>
  readonly state: { readonly requests: Pick<Requests, 'removed'> }
  readonly log: Log
}

/** What an admin has removed from a queue, and what matched but stays. */
export interface AdminRemoval {
  /** The oldest first. */
  readonly removed: readonly Waiting[]
  /** How many of them could not be marked as removed. */
  readonly unmarked: number
  /** How many stay as they carry credentials. */
  readonly withCredentials: number
  /** How many stay as they were too many for one go. */
  readonly tooMany: number
}

/** Everything that is removed is shown on one page. */
export const MOST_AT_ONCE = 1_000

/**
 * Removes what matches the criteria from one queue, at most the oldest thousand; if digests are given, only messages
 * with these. Messages with credentials stay, as the admin is shown what was removed, byte for byte, so that it can
 * be restored. Throws BadInput if there are neither criteria nor digests.
 */
export async function removeAsAdmin(
  deps: Deps,
  queue: QueueKey,
  { criteria, only }: { criteria: RequestCriteria; only?: ReadonlySet<string> | undefined },
  by: string,
  now: Date,
): Promise<AdminRemoval> {
  let met = 0
  let withCredentials = 0
  const spares = ({ body }: Waiting): boolean => {
    if (carriesCredentials(body)) {
      withCredentials += 1
      return true
    }
    met += 1
    return met > MOST_AT_ONCE
  }
  const purging = removeQueuedRequests(deps, [queue], {
    criteria,
    only,
    spares,
    reason: removalReason('removed', by, now),
    keep: async (_, removed) => logRemovals(deps.log, queue, removed, by),
  })
  const removed: Waiting[] = []
  let unmarked = 0
  for await (const purged of purging) {
    removed.push(...purged.removed)
    if (purged.unmarked === undefined) continue
    unmarked += purged.unmarked.uuids.length
    logUnmarked(deps.log, purged.unmarked)
  }
  return { removed, unmarked, withCredentials, tooMany: Math.max(0, met - MOST_AT_ONCE) }
}

function carriesCredentials(body: Uint8Array): boolean {
  const parsed = parseTestRequest(body)
  return !parsed.ok || hasCredentials(parsed.request.params)
}
