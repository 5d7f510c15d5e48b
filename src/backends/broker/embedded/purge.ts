import type { Purged, PurgeFilter } from '../broker.ts'
import type { Lease } from './message-lease.ts'
import type { StoredQueues } from './stored-queues.ts'
import type { Writes } from './writes.ts'

interface PurgeParts {
  /** Runs `work` on one state of the file, after the messages of dead processes were given back. */
  readonly read: <T>(work: () => T) => Promise<T>
  readonly lease: Lease
  readonly queues: StoredQueues
  readonly writes: Writes
}

/**
 * Removes the messages that the filter selects from a queue. They are held under the lease while they are
 * being kept, so that they go back to their places if we die; nothing else is held.
 */
export async function purgeQueue(
  { read, lease, queues, writes }: PurgeParts,
  name: string,
  filter: PurgeFilter,
): Promise<Purged | undefined> {
  const found = await read(() => {
    const queue = queues.find(name)
    return queue && { depth: queues.depth(queue.id), ...queues.choose(queue.id, filter.takesOut) }
  })
  if (found === undefined) return undefined
  const { depth, seen, chosen } = found
  if (chosen.length === 0) return { depth, seen, removed: [] }
  const session = await lease.session()
  const held = await writes.write(() => {
    lease.check(session)
    return queues.hold(chosen, session)
  })
  const ids = held.map(({ id }) => id)
  const messages = held.map(({ id, redelivered, ...message }) => message)
  try {
    await filter.keep(messages)
    const gone = await writes.write(() => ids.map(id => queues.acknowledge(id, session)), { durable: true })
    return { depth, seen, removed: messages.filter((_, place) => gone[place]) }
  } catch (error) {
    await lease.giveBack(session, ids)
    throw error
  }
}
