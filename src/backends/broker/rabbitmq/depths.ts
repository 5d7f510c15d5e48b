import { messageOf } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import { canBeQueue } from '../bounds.ts'
import type { Channels } from './channels.ts'
import { refusalOf } from './connection.ts'

export interface Depths {
  read(queues: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>
  /** The queue exists, or may exist: the next reading asks about it again. */
  forget(queue: string): void
}

/**
 * Reads exact depths by passive declarations. One of a missing queue is refused, which closes the channel and
 * writes an error to the broker's log; so a missing queue is asked about again only after `recheckMs`.
 */
export function openDepths(
  channels: Channels,
  log: Log,
  { recheckMs, onMissing }: { readonly recheckMs: number; readonly onMissing: (queue: string) => void },
): Depths {
  const missingUntil = new Map<string, number>()

  function isMissing(queue: string): boolean {
    return !canBeQueue(queue) || (missingUntil.get(queue) ?? 0) > performance.now()
  }

  return {
    forget: queue => void missingUntil.delete(queue),
    async read(queues) {
      const unique = new Set(queues)
      const asked = [...unique].filter(queue => !isMissing(queue))
      const depths = await channels.askEach<string, number | undefined>(
        'reading the length of queues',
        asked,
        async (channel, queue) => {
          const { messageCount } = await channel.queueDeclare({ queue, passive: true })
          missingUntil.delete(queue)
          return messageCount
        },
        (queue, error) => {
          missingUntil.set(queue, performance.now() + recheckMs)
          onMissing(queue)
          if (refusalOf(error) !== 'NOT_FOUND')
            log.warn({ queue, err: messageOf(error) }, 'a queue cannot be read')
          return undefined
        },
      )
      return new Map([...unique].map(queue => [queue, depths.get(queue)]))
    },
  }
}
