import type { Broker, Delivery } from '../backends/broker/broker.ts'
import { type Context, queueName } from '../domain/queue/queue-name.ts'

/** Queues are taken in turn; a request in the huge queue is taken only if there is no other. */
const IN_TURN: readonly Context[] = ['ubuntu', 'ppa', 'upstream']

/** Takes requests from the queues of some releases and architectures. */
export interface QueueTurns {
  readonly queues: readonly string[]
  /** The next request, after `keep` has kept it; undefined if none waits. */
  take(keep: (queue: string, delivery: Delivery) => void): Promise<boolean>
}

export function queueTurns(
  broker: Pick<Broker, 'take'>,
  releases: readonly string[],
  arches: readonly string[],
): QueueTurns {
  const tests = releases.flatMap(release => arches.map(arch => ({ release, arch })))
  const inTurn = tests.flatMap(test => IN_TURN.map(context => queueName({ context, ...test })))
  const huge = tests.map(test => queueName({ context: 'huge', ...test }))
  const turns = [inTurn, huge].map(queues => ({ queues, next: 0 }))
  return {
    queues: [...inTurn, ...huge],
    async take(keep) {
      for (const turn of turns) {
        for (const _ of turn.queues) {
          const queue = turn.queues[turn.next] as string
          turn.next = (turn.next + 1) % turn.queues.length
          if ((await broker.take(queue, delivery => keep(queue, delivery))) !== undefined) return true
        }
      }
      return false
    },
  }
}
