import { setImmediate as turn } from 'node:timers/promises'
import type { MessageTrace } from '../../backends/broker/broker.ts'
import type { QueueContent, QueuedJson } from '../../contracts/files/queued-json.ts'
import { parseTestRequest, showTestRequest } from '../../contracts/messages/test-request.ts'
import { type Look, type QueueModel, queueModel, type Shown } from '../../domain/queue/queue-model.ts'
import { allQueues, type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import type { DaemonDeps } from '../runtime/daemon.ts'

/** How many messages are taken from the workers for some milliseconds, to see how far these have got. */
const HEAD = 20
/** A queue of at most this length is read completely whenever something in it is unknown (about 40 ms on RabbitMQ). */
const SHORT = 1000
/** A longer one (some 5 s for 100,000; a worker waits up to some 0.8 s meanwhile) not more often than this. */
const DEEP_READING_MS = 5 * 60_000
/** Workers are disturbed by it, so it is logged. */
const DEEP_READING = 'a deep queue was read'
/** The largest number that is read in one cycle. */
const MOST_READ = 150_000
const CANARY_MS = 1000
/** What may come while a queue is read. */
const MARGIN = 1000
/** Requests are made presentable in pieces, so that others have a turn. */
const PIECE = 500

interface FollowedQueue {
  readonly key: QueueKey
  readonly name: string
  readonly model: QueueModel
  malformed: number
  /** When it was last read to its end. */
  readAt: number
  /** Why it is not looked into, if so. */
  unread: string | undefined
}

interface Taken {
  readonly queue: FollowedQueue
  readonly look: Look
  readonly seen: number
}

export interface QueueReader {
  /** Looks at every queue as far as it must. Unavailable if the broker is unavailable. */
  read(now: number): Promise<QueuedJson>
  /** How many waiting requests have not been seen. */
  unseen(): number
  close(): Promise<void>
}

/** Reads what waits, going on from `previous`, with as little taken from the workers as the broker allows. */
export function queueReader(
  { backends: { broker }, settings, metrics, log }: DaemonDeps<'broker'>,
  daemon: string,
  previous: QueuedJson,
): QueueReader {
  const { releases, arches } = settings
  const keys = allQueues(releases, arches).map(key => ({ key, name: queueName(key) }))
  const queues = new Map<string, FollowedQueue>()
  let trace: MessageTrace | undefined
  let wasAlive: boolean | undefined
  let fault = ''

  for (const { key, name } of keys) {
    const content = previous.queues[key.context]?.[key.release]?.[key.arch]
    if (content !== undefined) queues.set(name, newQueue(key, name, content))
  }

  /** Private or malformed, nothing of a body is kept but what everybody may see. */
  function show(body: Uint8Array): Shown {
    const parsed = parseTestRequest(body)
    if (parsed.ok) return showTestRequest(parsed.request)
    fault = parsed.reason
    return null
  }

  async function showAll(bodies: readonly Uint8Array[]): Promise<Shown[]> {
    const shown: Shown[] = []
    for (const [index, body] of bodies.entries()) {
      if (index % PIECE === PIECE - 1) await turn()
      shown.push(show(body))
    }
    return shown
  }

  /** Whether every publish since the last question has been seen. */
  async function isFollowing(): Promise<boolean> {
    if (settings.trace === 'off') return false
    trace ??= await broker.trace((name, body) => queues.get(name)?.model.publish(show(body)))
    return trace.alive(CANARY_MS)
  }

  async function follow(): Promise<boolean> {
    const alive = await isFollowing()
    if (!alive) for (const queue of queues.values()) queue.model.lose()
    if (alive !== wasAlive && settings.trace !== 'off') {
      log.info(
        {},
        alive
          ? 'following what is published to the queues'
          : 'cannot follow the queues: reading them instead',
      )
    }
    wasAlive = alive
    return alive
  }

  async function take(queue: FollowedQueue, limit: number): Promise<Taken | undefined> {
    const seen = queue.model.seen()
    const peek = await broker.peek(queue.name, limit)
    if (peek === undefined) return undefined
    const { depth, unread, bodies } = peek
    if (unread !== undefined && unread !== queue.unread)
      log.warn({ queue: queue.name, reason: unread }, 'a queue is not inspected')
    queue.unread = unread
    return { queue, seen, look: { depth, head: unread === undefined ? await showAll(bodies) : undefined } }
  }

  /** Looks are settled together: one canary tells that all that was published before them was seen. */
  async function settle(taken: readonly Taken[], following: boolean): Promise<void> {
    if (taken.length === 0) return
    const stillFollowing = following && (await follow())
    for (const { queue, look, seen } of taken) {
      queue.model.settle(look, Math.min(seen, queue.model.seen()), stillFollowing)
      const malformed = queue.model.malformed()
      if (malformed > queue.malformed) {
        metrics.messages(daemon, 'malformed', malformed - queue.malformed)
        log.warn(
          { queue: queue.name, malformed, reason: fault },
          'malformed requests are waiting, and are not shown',
        )
      }
      queue.malformed = malformed
    }
  }

  async function lookAtHeads(following: boolean): Promise<void> {
    const seenBefore = new Map([...queues].map(([name, queue]) => [name, queue.model.seen()]))
    const depths = await broker.depths(keys.map(({ name }) => name))
    const taken: Taken[] = []
    for (const { key, name } of keys) {
      const depth = depths.get(name)
      if (depth === undefined) {
        queues.delete(name)
        continue
      }
      const queue = queues.get(name) ?? newQueue(key, name, { size: 0, requests: [] })
      queues.set(name, queue)
      if (queue.model.isSettled(depth)) continue
      const empty = { queue, seen: seenBefore.get(name) ?? 0, look: { depth: 0, head: [] } }
      const one = depth === 0 ? empty : await take(queue, HEAD)
      if (one !== undefined) taken.push(one)
    }
    await settle(taken, following)
  }

  /** Reads to their end those queues in which something has not been seen. */
  async function readOn(following: boolean, now: number): Promise<void> {
    let left = MOST_READ
    for (const queue of queues.values()) {
      const { size } = queue.model.content()
      const isDue = size <= SHORT || now - queue.readAt >= DEEP_READING_MS
      if (queue.unread !== undefined || queue.model.unseen() === 0 || !isDue || left <= 0) continue
      const limit = Math.min(left, size + MARGIN)
      left -= limit
      queue.readAt = now
      const started = performance.now()
      const taken = await take(queue, limit)
      if (taken?.look.head === undefined) continue
      const ms = Math.round(performance.now() - started)
      await settle([taken], following)
      if (size <= SHORT) continue
      log.info(
        { queue: queue.name, messages: taken.look.head.length, of: taken.look.depth, ms },
        DEEP_READING,
      )
    }
  }

  return {
    async read(now) {
      const following = await follow()
      await lookAtHeads(following)
      await readOn(following, now)
      return { releases, arches, queues: nest(keys.flatMap(({ name }) => queues.get(name) ?? [])) }
    },
    unseen: () => [...queues.values()].reduce((sum, queue) => sum + queue.model.unseen(), 0),
    async close() {
      await trace?.close()
    },
  }
}

/** What other programs wrote into the file where they could not read a request. */
const MALFORMED = 'malformed request'

function newQueue(key: QueueKey, name: string, { size, requests, unread }: QueueContent): FollowedQueue {
  const known = requests.map(request => (request === MALFORMED ? null : request))
  return { key, name, model: queueModel({ size, requests: known }), malformed: 0, readAt: -Infinity, unread }
}

/** Context → release → arch. */
function nest(queues: readonly FollowedQueue[]): QueuedJson['queues'] {
  const contexts: Record<string, Record<string, Record<string, QueueContent>>> = {}
  for (const { key, model, unread } of queues) {
    const releases = contexts[key.context] ?? {}
    contexts[key.context] = releases
    releases[key.release] = {
      ...releases[key.release],
      [key.arch]: { ...model.content(), ...(unread !== undefined && { unread }) },
    }
  }
  return contexts
}
