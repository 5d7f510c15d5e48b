import type { Verdict } from '../../domain/run/verdict.ts'
import type { TestChange } from '../../domain/test/test-change.ts'

/**
 * The results of tests at given moments. A test's result at a moment is its newest run that had ended by then
 * and says something about the tested package (16 and 99 do not); runs with `migration-reference/0` are left
 * out.
 */
export interface Moments {
  /**
   * Compares all tests that match the filter at two moments. Counts are exact; tests are only those of the
   * page, ordered by package and arch. Tests that passed at both moments are left out.
   */
  compare(from: Moment, to: Moment, filter: ChangeFilter, page: ChangePage): Promise<ComparedTests>
}

export interface Moment {
  readonly release: string
  /** Before this run id (exclusive): a part of one, to the second. Undefined for all runs. */
  readonly before: string | undefined
}

export interface ChangeFilter {
  readonly arches?: readonly string[] | undefined
  readonly packages?: readonly string[] | undefined
}

export interface ChangePage {
  /** Undefined for all. */
  readonly change: TestChange | undefined
  readonly limit: number
  readonly offset: number
}

export interface ComparedTests {
  readonly counts: Readonly<Record<TestChange, number>>
  readonly tests: readonly ChangedTest[]
}

/** A test in one release, or of the same name in two. */
export interface ChangedTest {
  readonly change: TestChange
  readonly package: string
  readonly arch: string
  /** Undefined if it had no result. */
  readonly was: ResultAt | undefined
  readonly now: ResultAt | undefined
}

export interface ResultAt {
  readonly release: string
  readonly runId: string
  readonly verdict: Verdict
}
