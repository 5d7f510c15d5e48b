import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { QueueContent } from '../../contracts/files/queued-json.ts'
import { allQueues, CONTEXTS, type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import {
  type QueuedRequest,
  readRequestParams,
  splitRequestBody,
} from '../../domain/request/request-params.ts'
import { groupByPackage } from './running.ts'

/** One queue and its known waiting requests. */
export interface Queue extends QueueKey {
  /** Exact. */
  readonly size: number
  /** The number of known requests, the oldest ones; less than `size` if not all could be read. */
  readonly known: number
  /** Why it is not looked into, if so: its known requests were seen when they were published. */
  readonly unread: string | undefined
  /** The known requests as they are in the file, the oldest first: see {@link readQueuedText}. */
  readonly bodies: readonly string[]
  /**
   * Known requests, with the arguments of `Array.slice`, the oldest first; `undefined` stands for a private
   * one.
   */
  slice(start: number, end: number): (QueuedRequest | undefined)[]
}

/** A request and its place. */
export interface WaitingRequest extends QueuedRequest, QueueKey {
  /** Its place in the queue, from 1. */
  readonly position: number
}

export interface Queues {
  /** Every queue that could be read, empty ones too, by context, release, arch. */
  readonly queues: readonly Queue[]
  /** Queues that should exist, but could not be read. */
  readonly unreadable: readonly QueueKey[]
  /** The total number of waiting requests. */
  readonly total: number
  readonly state: 'ok' | 'missing' | 'broken'
  readonly at: Date | undefined
  /** Waiting requests for a package, in the order of the queues. */
  ofPackage(name: string): WaitingRequest[]
  /** Waiting requests of a requester. */
  askedBy(requester: string): WaitingRequest[]
  /** Waiting requests with a trigger, given as `source/version`. */
  triggeredBy(trigger: string): WaitingRequest[]
}

/** A known request that is not parsed yet: tens of thousands are waiting, and a page shows few of them. */
interface Body {
  readonly body: string
  readonly queue: QueueKey
  readonly position: number
}

const kept = new WeakMap<object, Queues>()

/**
 * The requests that are waiting now. A request is parsed when a page shows it, so that a new snapshot costs
 * little.
 */
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

/** The requests themselves are only taken from the snapshot when needed. */
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
  /** Made when first needed: most pages only use the counts. */
  const indexed = () =>
    queues.flatMap(queue =>
      queue.bodies.map((body, index) => ({
        ...{ body, queue, position: index + 1 },
        package: packageOfBody(body),
      })),
    )
  /** The requests that fit; each of them contains this text. */
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

/** The package at the beginning of a body. */
export function packageOfBody(body: string): string {
  const end = body.search(/\s/)
  return end < 0 ? body : body.slice(0, end)
}

/**
 * Whether a value of a request may contain this text: JSON contains it literally, unless something is
 * escaped.
 */
export const mayHold = (body: string, text: string): boolean => body.includes(text) || body.includes('\\')

function readWaiting({ body, queue, position }: Body): WaitingRequest[] {
  const request = readQueuedText(body)
  const { context, release, arch } = queue
  return request === undefined ? [] : [{ ...request, context, release, arch, position }]
}

/**
 * Undefined for `private job`, the only text that is not a request; it cannot be one, as JSON would have to
 * follow.
 */
export function readQueuedText(body: string): QueuedRequest | undefined {
  const split = splitRequestBody(body)
  return split && { package: split.package, params: readRequestParams(split.params) }
}
