import type { Broker } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Requests, SubmittedRequest } from '../../backends/state/requests.ts'
import { Conflict } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import { logRemovals, logUnmarked, removalReason } from '../queues/log-removals.ts'
import { removeQueuedRequests } from '../queues/remove-queued-requests.ts'

interface Deps {
  readonly broker: Pick<Broker, 'depths' | 'purge'>
  readonly results: Pick<Results, 'currentVersions'>
  readonly state: { readonly requests: Pick<Requests, 'removed'> }
  readonly log: Log
}

/**
 * Removes the message of one request that was made here from its queue, and nothing else; returns false if it was not
 * found there, because a worker has it, or another process is reading it. Throws {@link Conflict} if the queue must
 * not be inspected.
 */
export async function withdrawRequest(
  deps: Deps,
  { uuid, context, release, arch }: SubmittedRequest,
  by: string,
  now: Date,
): Promise<boolean> {
  const purging = removeQueuedRequests(deps, [{ context, release, arch }], {
    criteria: { uuids: [uuid] },
    reason: removalReason('withdrawn', by, now),
    keep: async (queue, removed) => logRemovals(deps.log, queue, removed, by),
  })
  let wasFound = false
  for await (const { removed, unread, unmarked } of purging) {
    if (unread !== undefined)
      throw new Conflict(`It was not withdrawn: nothing can be removed from its queue, as ${unread}.`)
    wasFound ||= removed.length > 0
    if (unmarked !== undefined) logUnmarked(deps.log, unmarked)
  }
  return wasFound
}
