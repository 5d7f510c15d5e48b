import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { QueueContent } from '../../contracts/files/queued-json.ts'
import { allQueues, CONTEXTS, type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import {
  type QueuedRequest,
  readRequestParams,
  splitRequestBody,
} from '../../domain/request/request-params.ts'
import { groupByPackage } from './running.ts'

/** One queue and what is known to wait in it. */
export interface Queue extends QueueKey {
  /** Exact. */
  readonly size: number
  /** How many requests are known, the oldest; fewer than `size` if not all could be read. */
  readonly known: number
  /** Why nobody looks into it, if so: what is known was seen when it was published. */
  readonly unread: string | undefined
  /** The known requests as they are in the file, the oldest first: see {@link readQueuedText}. */
  readonly bodies: readonly string[]
  /** Known requests as `Array.slice` counts, the oldest first; `undefined` stands for a private one. */
  slice(start: number, end: number): (QueuedRequest | undefined)[]
}

/** A request and where it waits. */
export interface WaitingRequest extends QueuedRequest, QueueKey {
  /** Its place in the queue, from 1. */
  readonly position: number
}

export interface Queues {
  /** Every queue that could be read, empty ones too, by context, release, arch. */
  readonly queues: readonly Queue[]
  /** Those that should be there, and could not be read. */
  readonly unreadable: readonly QueueKey[]
  /** How many requests wait in all. */
  readonly total: number
  readonly state: 'ok' | 'missing' | 'broken'
  readonly at: Date | undefined
  /** Requests that wait for a package, in the order of the queues. */
  ofPackage(name: string): WaitingRequest[]
  /** Those that somebody asked for. */
  askedBy(requester: string): WaitingRequest[]
  /** Those that a trigger, as `source/version`, is among the triggers of. */
  triggeredBy(trigger: string): WaitingRequest[]
}

/** A known request that has not been read yet: tens of thousands wait, and a page shows few of them. */
interface Body {
  readonly body: string
  readonly queue: QueueKey
  readonly position: number
}

const kept = new WeakMap<object, Queues>()

/** What waits now. A request is read when a page shows it, so that a new snapshot costs little. */
export function queuedRequests({ snapshots }: { snapshots: Pick<Snapshots, 'queued'> }): Queues {
  const held = snapshots.queued.current()
  let queued = kept.get(held)
  if (queued === undefined) {
    const queues: Queue[] = []
    for (const context of CONTEXTS) {
      for (const [release, byArch] of Object.entries(held.value.queues[context] ?? {})) {
        for (const [arch, content] of Object.entries(byArch)) {
          queues.push(queueOf({ context, release, arch }, content))
        }
      }
    }
    const total = queues.reduce((sum, queue) => sum + queue.size, 0)
    const there = new Set(queues.map(queueName))
    const unreadable = allQueues(held.value.releases, held.value.arches).filter(
      queue => !there.has(queueName(queue)),
    )
    queued = { queues, unreadable, total, state: held.state, at: held.at, ...findingAmong(queues) }
    kept.set(held, queued)
  }
  return queued
}

/** The requests themselves are taken from the snapshot when somebody asks for them. */
const queueOf = (key: QueueKey, content: QueueContent): Queue => ({
  ...key,
  size: content.size,
  known: content.known ?? content.requests.length,
  unread: content.unread,
  get bodies() {
    return content.requests
  },
  slice: (start, end) => content.requests.slice(start, end).map(readQueuedText),
})

function findingAmong(queues: readonly Queue[]): Pick<Queues, 'ofPackage' | 'askedBy' | 'triggeredBy'> {
  let byPackage: ReadonlyMap<string, readonly Body[]> | undefined
  /** Made when they are first asked for: most pages look at counts alone. */
  const indexed = () =>
    queues.flatMap(queue =>
      queue.bodies.map((body, index) => ({
        ...{ body, queue, position: index + 1 },
        package: packageOfBody(body),
      })),
    )
  /** Those that fit, of which all have this text in them. */
  const holding = (text: string, fits: (request: WaitingRequest) => boolean): WaitingRequest[] =>
    queues.flatMap(queue =>
      queue.bodies.flatMap((body, index) =>
        mayHold(body, text) ? readWaiting({ body, queue, position: index + 1 }).filter(fits) : [],
      ),
    )
  return {
    ofPackage(name) {
      byPackage ??= groupByPackage(indexed())
      return (byPackage.get(name) ?? []).flatMap(readWaiting)
    },
    askedBy: requester => holding(requester, one => one.params.requester === requester),
    triggeredBy: trigger => holding(trigger, one => one.params.triggers.includes(trigger)),
  }
}

/** The package that a body begins with. */
export function packageOfBody(body: string): string {
  const end = body.search(/\s/)
  return end < 0 ? body : body.slice(0, end)
}

/** Whether a value of a request may have this text in it: one stands in JSON as it is, unless something is escaped. */
export const mayHold = (body: string, text: string): boolean => body.includes(text) || body.includes('\\')

function readWaiting({ body, queue, position }: Body): WaitingRequest[] {
  const request = readQueuedText(body)
  const { context, release, arch } = queue
  return request === undefined ? [] : [{ ...request, context, release, arch, position }]
}

/** `private job`, the only text that is no request, cannot be one: JSON would have to follow. */
export function readQueuedText(body: string): QueuedRequest | undefined {
  const split = splitRequestBody(body)
  return split && { package: split.package, params: readRequestParams(split.params) }
}
