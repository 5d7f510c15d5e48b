import type { QueueSamples, SampleSpan } from '../../backends/state/queue-samples.ts'
import {
  mergeSamples,
  type QueuePart,
  type QueueSample,
  waitingBy,
  waitPercentile,
} from '../../domain/queue/queue-sample.ts'

/** A range of the past. */
export type HistoryRange = keyof typeof RANGES

/** The length of each in minutes, the samples that it uses, and the number of those in one point. */
const RANGES = {
  day: { minutes: 24 * 60, span: 1, step: 15 },
  week: { minutes: 7 * 24 * 60, span: 10, step: 120 },
  month: { minutes: 30 * 24 * 60, span: 10, step: 480 },
  year: { minutes: 366 * 24 * 60, span: 60, step: 5_760 },
} as const satisfies Record<string, { minutes: number; span: SampleSpan; step: number }>

export const HISTORY_RANGES = Object.keys(RANGES) as HistoryRange[]

/** One point of the charts; undefined values are unknown. */
export interface HistoryPoint {
  /** The time of its beginning, in milliseconds since 1970. */
  readonly at: number
  /** The average number of waiting requests, by the requested part. */
  readonly waiting: ReadonlyMap<string, number> | undefined
  /** The average number of running tests, by arch. */
  readonly running: ReadonlyMap<string, number> | undefined
  /** Recorded runs, and those of them that passed. */
  readonly ended: { readonly all: number; readonly passed: number } | undefined
  /** Seconds from request to start within which half, and nine tenths, of the tests began. */
  readonly waited: { readonly p50: number; readonly p90: number; readonly n: number } | undefined
}

export interface QueueHistory {
  readonly points: readonly HistoryPoint[]
  /** All parts that occur in any point, in order. */
  readonly parts: readonly string[]
  /** The length of one point, in milliseconds. */
  readonly step: number
}

/** The stored history of the queues, up to now. */
export async function queueHistory(
  { state }: { readonly state: { readonly queueSamples: Pick<QueueSamples, 'between'> } },
  range: HistoryRange,
  part: QueuePart,
  now: Date,
): Promise<QueueHistory> {
  const { minutes, span, step } = RANGES[range]
  // Whole points, so that they stay the same between requests
  const end = (Math.floor(now.getTime() / 60_000 / step) + 1) * step
  const from = end - Math.ceil(minutes / step) * step
  const samples = new Map<number, QueueSample[]>()
  for (const { minute, sample } of await state.queueSamples.between(span, from, end)) {
    const place = Math.floor((minute - from) / step)
    const known = samples.get(place)
    if (known === undefined) samples.set(place, [sample])
    else known.push(sample)
  }
  const count = Math.ceil(minutes / step)
  const points = Array.from({ length: count }, (_, place) =>
    pointOf((from + place * step) * 60_000, samples.get(place) ?? [], part),
  )
  const parts = [...new Set(points.flatMap(({ waiting }) => [...(waiting?.keys() ?? [])]))].sort()
  return { points, parts, step: step * 60_000 }
}

function pointOf(at: number, samples: readonly QueueSample[], part: QueuePart): HistoryPoint {
  const sample = mergeSamples(samples)
  const ended = sample.ended && Object.values(sample.ended)
  return {
    at,
    waiting: waitingBy(sample, part),
    running: sample.running && new Map(Object.entries(sample.running)),
    ended: ended && {
      all: ended.reduce((sum, [all]) => sum + all, 0),
      passed: ended.reduce((sum, [, passed]) => sum + passed, 0),
    },
    waited: waitedOf(sample.waits),
  }
}

function waitedOf(waits: QueueSample['waits']): HistoryPoint['waited'] {
  const [p50, p90] = [waitPercentile(waits, 0.5), waitPercentile(waits, 0.9)]
  if (p50 === undefined || p90 === undefined) return undefined
  return { p50, p90, n: Object.values(waits ?? {}).reduce((sum, count) => sum + count, 0) }
}
