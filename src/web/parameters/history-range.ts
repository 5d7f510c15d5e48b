import type { QueuePart } from '../../domain/queue/queue-sample.ts'
import { HISTORY_RANGES, type HistoryRange } from '../../queries/queues/queue-history.ts'

/** By what the lengths of queues are shown. */
const QUEUE_PARTS: readonly QueuePart[] = ['arch', 'release', 'context']

/** What of the past is asked for: the last day by arch unless something else that there is. */
export function readHistoryRange(query: URLSearchParams): {
  readonly range: HistoryRange
  readonly part: QueuePart
} {
  const range = HISTORY_RANGES.find(one => one === query.get('range')) ?? 'day'
  const part = QUEUE_PARTS.find(one => one === query.get('by')) ?? 'arch'
  return { range, part }
}
