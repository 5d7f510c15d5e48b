import type { QueuePart } from '../../domain/queue/queue-sample.ts'
import { HISTORY_RANGES, type HistoryRange } from '../../queries/queues/queue-history.ts'

/** By what the lengths of queues are shown. */
const QUEUE_PARTS: readonly QueuePart[] = ['arch', 'release', 'context']

/** The requested part of the history: the last day by architecture, by default. */
export function readHistoryRange(query: URLSearchParams): {
  readonly range: HistoryRange
  readonly part: QueuePart
} {
  const range = HISTORY_RANGES.find(one => one === query.get('range')) ?? 'day'
  const part = QUEUE_PARTS.find(one => one === query.get('by')) ?? 'arch'
  return { range, part }
}
