import type { QueueSample } from '../../domain/queue/queue-sample.ts'

/** Minutes that one sample stands for. */
export type SampleSpan = 1 | 10 | 60

/** A sample, and the first minute since 1970 of those that it stands for. */
export interface TimedSample {
  readonly minute: number
  readonly sample: QueueSample
}

/** How long queues were, what ran, ended and began: kept for each minute, later for every ten and for every hour. */
export interface QueueSamples {
  /** Keeps a sample; false if there is one of that span and minute already, which stays. */
  add(span: SampleSpan, sample: TimedSample): Promise<boolean>
  /** Keeps many at once, some hundreds at most, as {@link add} keeps one. */
  addAll(span: SampleSpan, samples: readonly TimedSample[]): Promise<void>
  /** Those of one span from a minute on, before another, in their order; at most some thousands. */
  between(span: SampleSpan, from: number, before: number): Promise<TimedSample[]>
  /** Drops those of a span that began before a minute. */
  prune(span: SampleSpan, before: number): Promise<void>
}
