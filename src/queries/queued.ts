import type { Snapshots } from '../backends/snapshots/snapshots.ts'
import { CONTEXTS, type QueueKey } from '../domain/queue-name.ts'
import { type QueuedRequest, readRequestParams, splitRequestBody } from '../domain/request-params.ts'
import { groupByPackage } from './running.ts'

/** One queue and what is known to wait in it. */
export interface Queue extends QueueKey {
  /** Exact. */
  readonly size: number
  /** The oldest first; `undefined` stands for a private request. Fewer than `size` if not all could be read. */
  readonly requests: readonly (QueuedRequest | undefined)[]
}

/** A request and where it waits. */
export interface WaitingRequest extends QueuedRequest, QueueKey {
  /** Its place in the queue, from 1. */
  readonly position: number
}

export interface Queues {
  /** Every queue that could be read, empty ones too, by context, release, arch. */
  readonly queues: readonly Queue[]
  readonly byPackage: ReadonlyMap<string, readonly WaitingRequest[]>
  /** How many requests wait in all. */
  readonly total: number
  readonly state: 'ok' | 'missing' | 'broken'
  readonly at: Date | undefined
}

const kept = new WeakMap<object, Queues>()

/** What waits now, parsed once for each change of the snapshot. */
export function queuedRequests({ snapshots }: { snapshots: Pick<Snapshots, 'queued'> }): Queues {
  const held = snapshots.queued.current()
  let parsed = kept.get(held)
  if (parsed === undefined) {
    const queues: Queue[] = []
    const waiting: WaitingRequest[] = []
    for (const context of CONTEXTS) {
      for (const [release, byArch] of Object.entries(held.value.queues[context] ?? {})) {
        for (const [arch, { size, requests }] of Object.entries(byArch)) {
          const known = requests.map(readRequest)
          queues.push({ context, release, arch, size, requests: known })
          known.forEach((request, index) => {
            if (request) waiting.push({ ...request, context, release, arch, position: index + 1 })
          })
        }
      }
    }
    parsed = {
      queues,
      byPackage: groupByPackage(waiting),
      total: queues.reduce((sum, queue) => sum + queue.size, 0),
      state: held.state,
      at: held.at,
    }
    kept.set(held, parsed)
  }
  return parsed
}

/** `private job`, the only text that is no request, cannot be one: JSON would have to follow. */
function readRequest(body: string): QueuedRequest | undefined {
  const split = splitRequestBody(body)
  return split && { package: split.package, params: readRequestParams(split.params) }
}
