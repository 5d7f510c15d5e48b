import type { QueueSample } from '../../domain/queue/queue-sample.ts'

/** The number of minutes that one sample covers. */
export type SampleSpan = 1 | 10 | 60

/** A sample, and the first minute since 1970 that it covers. */
export interface TimedSample {
  readonly minute: number
  readonly sample: QueueSample
}

/**
 * The length of queues, and running, ended and started tests: kept for each minute, later for every ten and
 * for every hour.
 */
export interface QueueSamples {
  /** Keeps a sample; false if there is already one of that span and minute, which stays. */
  add(span: SampleSpan, sample: TimedSample): Promise<boolean>
  /** Keeps many at once, some hundreds at most, in the same way as {@link add}. */
  addAll(span: SampleSpan, samples: readonly TimedSample[]): Promise<void>
  /** The samples of one span from a minute on, before another, in order; at most some thousands. */
  between(span: SampleSpan, from: number, before: number): Promise<TimedSample[]>
  /** Drops the samples of a span that began before a minute. */
  prune(span: SampleSpan, before: number): Promise<void>
}
