import type { Steadiness } from '../../domain/run/steadiness.ts'
import type { Transition } from '../../domain/run/transitions.ts'
import type { TestKey } from '../../domain/test/test.ts'

/**
 * How steady tests are: proven flakes, retries and what became of them, as the runs of the last year of each test say.
 * Counted anew for each test whose runs have changed, so that it does not matter in which order runs come or go.
 */
export interface SteadinessIndex {
  /** How far the rows of this results database were followed; undefined: not at all, or by other rules. */
  position(databaseId: string): Promise<string | undefined>
  /** Queues tests that have new rows, and moves the position. One of another database, or of other rules, drops all first. */
  follow(databaseId: string, position: string, tests: readonly TestKey[]): Promise<void>
  /** Queues tests whose runs have changed otherwise. */
  queue(tests: readonly TestKey[]): Promise<void>
  /** Some of the tests that are to be counted. */
  queued(limit: number): Promise<QueuedTest[]>
  /**
   * Keeps what was counted, and the transitions that {@link News} reads, in one transaction. A test that was queued again
   * meanwhile stays queued.
   */
  save(tests: readonly SavedTest[], now: Date): Promise<void>
  /** How many tests wait. */
  waiting(): Promise<number>

  /** Of several tests, in their order, by one query. */
  of(tests: readonly TestKey[]): Promise<(Steadiness | undefined)[]>
  /** Of all tests of a release on an architecture together. */
  sumOf(place: Pick<TestKey, 'release' | 'arch'>): Promise<Pick<Steadiness, 'retries' | 'rescued'>>
  /** Tests that have what the order is about, most or newest first. */
  list(filter: SteadinessFilter, page: { limit: number; offset: number }): Promise<ListedSteadiness[]>
}

export interface CountedTest {
  readonly steadiness: Steadiness
  /** Oldest first. */
  readonly transitions: readonly Transition[]
}

export interface SavedTest {
  readonly test: QueuedTest
  /** Undefined: it has no runs any more. */
  readonly counted: CountedTest | undefined
}

export interface QueuedTest extends TestKey {
  readonly stamp: number
}

export interface ListedSteadiness extends TestKey, Steadiness {}

/** By the newest proven flake, by how many of them, or by the time that retries took. */
export const STEADINESS_ORDERS = ['newest', 'flakes', 'time'] as const
export type SteadinessOrder = (typeof STEADINESS_ORDERS)[number]

export interface SteadinessFilter {
  readonly release?: string | undefined
  readonly arch?: string | undefined
  readonly packages?: readonly string[] | undefined
  readonly order: SteadinessOrder
}
