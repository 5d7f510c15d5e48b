import type { Told } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'

/**
 * News of tests: the runs with another outcome than the one before (transitions), the newest of each test.
 * Kept when steadiness is counted, so the order in which runs come or go does not matter.
 */
export interface News {
  /** The newest that match the filter, newest first. */
  latest(filter: NewsFilter, limit: number): Promise<KeptTransition[]>
  /**
   * Those that were learned after (exclusive) a moment, in the order in which they were learned; those of one
   * moment are never split.
   */
  since(filter: NewsFilter, learned: number, limit: number): Promise<KeptTransition[]>
}

export interface KeptTransition extends RunKey {
  /** The run before it of the same test. */
  readonly before: string
  readonly from: Told
  readonly to: Told
  /**
   * When it was counted, in milliseconds since 1970, all different; for a run that ended more than a day
   * earlier, when it ended, as it is no longer news.
   */
  readonly learned: number
}

/** All given conditions must match. */
export interface NewsFilter {
  /** One of these packages: a team has several. */
  readonly packages?: readonly string[] | undefined
  readonly release?: string | undefined
  readonly arch?: string | undefined
  /** One of its versions is among the triggers. */
  readonly source?: string | undefined
  readonly requester?: string | undefined
}
