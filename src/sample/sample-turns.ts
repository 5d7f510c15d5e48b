import type { Broker } from '../backends/broker/broker.ts'
import { parseTestRequest } from '../contracts/messages/test-request.ts'
import { type Sample, sampleOf } from './replay.ts'

/** A request that was taken, and the kind whose turn it was. */
export interface SampleTurn {
  readonly queue: string
  readonly body: string
  readonly of: TurnKind
}

/** Real requests that are replayed, requests of the made-up archive, and requests of people who look around. */
export type TurnKind = 'real' | 'archive' | 'people'

/** How many more tests of each kind may run. */
export type FreeRunners = Readonly<Record<TurnKind, number>>

/** How far into a queue a person's request is looked for: the requests before it wait their turn. */
const LOOKED_AT = 1000

const textOf = (body: Uint8Array): string => Buffer.from(body).toString('utf8')

/** Takes requests from the queues in turn, those of people before all others. */
export function sampleTurns(broker: Broker, queues: readonly string[], samples: readonly Sample[]) {
  let next = 0

  function kindOf(queue: string, body: string): TurnKind {
    if (sampleOf(samples, queue, body) !== undefined) return 'real'
    const parsed = parseTestRequest(Buffer.from(body))
    return parsed.ok && parsed.request.params.requester !== undefined ? 'people' : 'archive'
  }

  /** The oldest request of a person, wherever it is in the queue. */
  async function takePersons(queue: string): Promise<SampleTurn | undefined> {
    const isPersons = (body: Uint8Array) => kindOf(queue, textOf(body)) === 'people'
    const waiting = await broker.peek(queue, LOOKED_AT)
    if (!waiting?.bodies.some(isPersons)) return undefined
    let isFound = false
    const purged = await broker.purge(queue, {
      takesOut({ body }) {
        const isTaken = !isFound && isPersons(body)
        isFound ||= isTaken
        return isTaken
      },
      keep: async () => {},
    })
    const taken = purged?.removed[0]
    return taken && { queue, body: textOf(taken.body), of: 'people' }
  }

  /** The oldest request of a queue, if one more of its kind may run. */
  async function takeOldest(queue: string, free: FreeRunners): Promise<SampleTurn | undefined> {
    const body = (await broker.peek(queue, 1))?.bodies[0]
    if (body === undefined || free[kindOf(queue, textOf(body))] <= 0) return undefined
    const taken = await broker.take(queue)
    if (taken === undefined) return undefined
    const text = textOf(taken.body)
    return { queue, body: text, of: kindOf(queue, text) }
  }

  return {
    /** The next request; undefined if none waits that may run. */
    async take(free: FreeRunners): Promise<SampleTurn | undefined> {
      // Taking a request writes to the disk, and nearly all queues are empty
      const depths = await broker.depths(queues)
      const waiting = queues.filter(queue => depths.get(queue))
      for (const queue of free.people > 0 ? waiting : []) {
        const persons = await takePersons(queue)
        if (persons !== undefined) return persons
      }
      for (const _ of waiting) {
        const oldest = await takeOldest(waiting[next++ % waiting.length] as string, free)
        if (oldest !== undefined) return oldest
      }
      return undefined
    },
  }
}
