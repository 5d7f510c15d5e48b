import type { Steadiness } from '../../domain/run/steadiness.ts'
import type { Transition } from '../../domain/run/transitions.ts'
import type { TestKey } from '../../domain/test/test.ts'

/**
 * How steady tests are: proven flakes, retries and their results, from the runs of the last year of each
 * test. Each test whose runs have changed is counted again, so the order in which runs come or go does not
 * matter.
 */
export interface SteadinessIndex {
  /** How far the rows of this results database were followed; undefined if not at all, or by other rules. */
  position(databaseId: string): Promise<string | undefined>
  /**
   * Queues tests that have new rows, and moves the position. A position of another database, or other rules,
   * drops everything first.
   */
  follow(databaseId: string, position: string, tests: readonly TestKey[]): Promise<void>
  /** Queues tests whose runs have changed in other ways. */
  queue(tests: readonly TestKey[]): Promise<void>
  /** Some of the tests that are to be counted. */
  queued(limit: number): Promise<QueuedTest[]>
  /**
   * Keeps the counts, and the transitions that {@link News} reads, in one transaction. A test that was queued
   * again meanwhile stays queued.
   */
  save(tests: readonly SavedTest[], now: Date): Promise<void>
  /** How many tests are waiting. */
  waiting(): Promise<number>

  /** The steadiness of several tests, in their order, by one query. */
  of(tests: readonly TestKey[]): Promise<(Steadiness | undefined)[]>
  /** The sum over all tests of a release on an architecture. */
  sumOf(place: Pick<TestKey, 'release' | 'arch'>): Promise<Pick<Steadiness, 'retries' | 'rescued'>>
  /** Tests with a value for the order, highest or newest first. */
  list(filter: SteadinessFilter, page: { limit: number; offset: number }): Promise<ListedSteadiness[]>
}

export interface CountedTest {
  readonly steadiness: Steadiness
  /** Oldest first. */
  readonly transitions: readonly Transition[]
}

export interface SavedTest {
  readonly test: QueuedTest
  /** Undefined if it has no runs any more. */
  readonly counted: CountedTest | undefined
}

export interface QueuedTest extends TestKey {
  readonly stamp: number
}

export interface ListedSteadiness extends TestKey, Steadiness {}

/** By the newest proven flake, the number of flakes, or the time spent on retries. */
export const STEADINESS_ORDERS = ['newest', 'flakes', 'time'] as const
export type SteadinessOrder = (typeof STEADINESS_ORDERS)[number]

export interface SteadinessFilter {
  readonly release?: string | undefined
  readonly arch?: string | undefined
  readonly packages?: readonly string[] | undefined
  readonly order: SteadinessOrder
}
