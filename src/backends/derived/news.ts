import type { Told } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'

/**
 * What is new of tests: the runs that told something else than the one before (transitions), the newest of each test. Kept as
 * how steady tests are is counted, so that it does not matter in which order runs come or go.
 */
export interface News {
  /** The newest that the filter lets through, newest first. */
  latest(filter: NewsFilter, limit: number): Promise<KeptTransition[]>
  /** Those that were learned after (exclusive) a moment, in the order in which they were; those of one moment never apart. */
  since(filter: NewsFilter, learned: number, limit: number): Promise<KeptTransition[]>
}

export interface KeptTransition extends RunKey {
  /** The run before it of the same test. */
  readonly before: string
  readonly from: Told
  readonly to: Told
  /**
   * When it was counted, in milliseconds since 1970, no two alike; of a run that ended more than a day before, when it ended:
   * that is no news any more.
   */
  readonly learned: number
}

/** All that is given must fit. */
export interface NewsFilter {
  /** One of these packages: a team has several. */
  readonly packages?: readonly string[] | undefined
  readonly release?: string | undefined
  readonly arch?: string | undefined
  /** One of its versions is among the triggers. */
  readonly source?: string | undefined
  readonly requester?: string | undefined
}
