import type { Channels } from './channels.ts'
import { refusalOf } from './connection.ts'
import { askArguments, type QueueArguments } from './find-queue-arguments.ts'

/** `yes`: read queues also if the broker does not say what they are; `no`: read none. */
export type LookMode = 'auto' | 'yes' | 'no'

/** Which queues are never read. */
export interface QueuesNotRead {
  /** Why this queue is not read, in words for people; undefined if reading has no cost. Throws NOT_FOUND. */
  why(queue: string): Promise<string | undefined>
  /** It may be a different queue by now. */
  forget(queue: string): void
}

/**
 * A queue can be deleted and created again with another type between two looks; the messages that are read
 * show that too.
 */
const GOOD_FOR_MS = 10 * 60_000

/**
 * To read is to take and to give back. A classic queue does not mind. A quorum queue counts each return as a
 * failed delivery, and drops messages with too many, 20 from RabbitMQ 4 on
 * (https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling); on a queue with a single active
 * consumer, the reader would be that consumer, and keep the workers waiting; a queue that is deleted with its
 * last consumer would be deleted after us; a stream gives nothing away. Queues are asked about again after
 * each connection, and after a while.
 */
export function openQueuesNotRead(
  channels: Channels,
  { look, connection }: { readonly look: LookMode; readonly connection: () => number },
): QueuesNotRead {
  const known = new Map<string, { readonly reason: Promise<string | undefined>; readonly until: number }>()
  let since = connection()

  return {
    async why(queue) {
      if (look === 'no') return 'the configuration says [amqp] look = no'
      if (since !== connection()) known.clear()
      since = connection()
      let answer = known.get(queue)
      if (answer === undefined || answer.until < performance.now()) {
        const reason = askArguments(channels, queue).then(found => reasonOf(found, look))
        answer = { reason, until: performance.now() + GOOD_FOR_MS }
        known.set(queue, answer)
      }
      try {
        return await answer.reason
      } catch (error) {
        if (known.get(queue) === answer) known.delete(queue)
        if (refusalOf(error) === 'NOT_FOUND' || refusalOf(error) === undefined) throw error
        return reasonOf(undefined, look)
      }
    },
    forget: queue => void known.delete(queue),
  }
}

function reasonOf(found: QueueArguments | undefined, look: LookMode): string | undefined {
  if (found === undefined) {
    return look === 'yes' ? undefined : 'the broker does not say what kind of queue it is'
  }
  if (found.type === 'quorum') return 'it is a quorum queue, which counts each reading as a failed delivery'
  if (found.type !== 'classic') return `it is a queue of the type ${found.type}`
  if (found.autoDelete) return 'it would be deleted after the reading'
  return found.singleActiveConsumer ? 'it has a single active consumer' : undefined
}
