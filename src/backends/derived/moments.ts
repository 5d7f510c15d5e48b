import type { Verdict } from '../../domain/run/verdict.ts'
import type { TestChange } from '../../domain/test/test-change.ts'

/**
 * What the results of tests were at moments. A test's result at a moment is its newest run that had ended by then and says
 * something of what was tested (16 and 99 do not); runs with `migration-reference/0` are left out.
 */
export interface Moments {
  /**
   * Compares all tests that the filter lets through at two moments. Counts are exact; of the tests those of the page, by
   * package and arch. Tests that passed at both are none of these.
   */
  compare(from: Moment, to: Moment, filter: ChangeFilter, page: ChangePage): Promise<ComparedTests>
}

export interface Moment {
  readonly release: string
  /** Before this run id (exclusive): a part of one, to the second. Undefined: all runs that there are. */
  readonly before: string | undefined
}

export interface ChangeFilter {
  readonly arches?: readonly string[] | undefined
  readonly packages?: readonly string[] | undefined
}

export interface ChangePage {
  /** Undefined: all. */
  readonly change: TestChange | undefined
  readonly limit: number
  readonly offset: number
}

export interface ComparedTests {
  readonly counts: Readonly<Record<TestChange, number>>
  readonly tests: readonly ChangedTest[]
}

/** A test, in one release or at the same name in two. */
export interface ChangedTest {
  readonly change: TestChange
  readonly package: string
  readonly arch: string
  /** Undefined: it had no result. */
  readonly was: ResultAt | undefined
  readonly now: ResultAt | undefined
}

export interface ResultAt {
  readonly release: string
  readonly runId: string
  readonly verdict: Verdict
}
