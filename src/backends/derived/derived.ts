import type { Failure } from '../../domain/log/failure/failure.ts'
import type { LogIndex } from '../../domain/log/log-index.ts'
import type { Run } from '../../domain/run/run.ts'
import type { Subtest } from '../../domain/run/subtest.ts'
import type { Verdict } from '../../domain/run/verdict.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import type { Failures } from './failures.ts'
import type { Moments } from './moments.ts'
import type { News } from './news.ts'
import type { SteadinessIndex } from './steadiness.ts'
import type { TriggerIndex } from './triggers.ts'

/**
 * Everything that is derived from results and store. It can be dropped and made again at any time, is filled
 * in the background by the daemon index-results, and never delays the recording of a result. Nothing in it
 * refers to a row id, as a rebuilt results database assigns those anew. Engines: a SQLite file beside the
 * results, a schema of the same PostgreSQL database.
 */
export interface Derived {
  /** A text that changes whenever anything here changes; see Results.version. */
  version(): string
  onChange(listener: () => void): () => void

  /**
   * How far the rows of this results database have been indexed; undefined if not at all, or by a program
   * with other rules ({@link INDEX_RULES}).
   */
  position(databaseId: string): Promise<string | undefined>
  /**
   * Indexes rows and moves the position, in one transaction. A position of another database id drops all
   * derived data first. Each new run goes into the queue of details. If the index was made by other rules, it
   * is emptied and nothing is indexed, as the rows may not be the first: ask for the position again. Details
   * stay.
   */
  indexRuns(databaseId: string, position: string, runs: readonly Run[]): Promise<void>
  /**
   * Forgets these runs, whose rows are removed or will be given again, also for triggers, and queues their
   * tests to be counted again. It runs in three short transactions, as indexing, counting for triggers and
   * counting steadiness each lock their own row of progress: holding all three would make them wait for one
   * another. Each transaction forgets what it still finds: if the second or third failed, removing the same
   * runs again does the rest, and nothing twice.
   */
  remove(runs: readonly RunKey[]): Promise<void>
  /**
   * Keys of the newest runs that match every given filter, newest first by run id. Each combination of
   * filters is served by an index. Only indexed runs are found: compare positions before trusting an empty
   * answer.
   */
  newest(filter: RunFilter, page: { limit: number; offset: number }): Promise<RunKey[]>

  /**
   * The newest run of a test with one of these verdicts, found by an index however many runs came after it.
   * @param before only runs before (exclusive) this run id
   */
  newestOf(test: TestKey, verdicts: readonly Verdict[], before?: string): Promise<RunKey | undefined>

  /** Runs whose details are to be read now, newest first. */
  queuedDetails(now: Date, limit: number): Promise<QueuedDetails[]>
  /** @param failures found in its log; undefined if the log was not searched */
  saveDetails(run: RunKey, details: RunDetails, failures?: readonly Failure[]): Promise<void>
  /** The details could not be read: try again at `retryAt`, or never if undefined. */
  missDetails(run: RunKey, reason: string, retryAt: Date | undefined): Promise<void>
  details(run: RunKey): Promise<StoredDetails | undefined>
  /**
   * The subtests of some runs, in their order, by one query; undefined if none are recorded, or too many for
   * a list of runs.
   */
  subtestsOf(runs: readonly RunKey[]): Promise<(readonly Subtest[] | undefined)[]>
  /** How many runs are waiting for their details. */
  backlog(): Promise<number>

  /** Why runs failed, and which runs failed in the same way. */
  readonly failures: Failures
  /** How steady tests are, and whether retries help: filled separately, with its own position. */
  readonly steadiness: SteadinessIndex
  /** Results at given moments, from the index of runs. */
  readonly moments: Moments
  /** The tests whose results turned: kept with their steadiness. */
  readonly news: News
  /** What happened to each trigger at each test: filled separately, with its own position. */
  readonly triggers: Omit<TriggerIndex, 'remove'>

  check(): Promise<string[]>
  state(): Promise<{ ok: true } | { ok: false; reason: string }>
  close(): Promise<void>
}

export interface RunFilter {
  readonly release?: string
  readonly arch?: string
  readonly requester?: string
  /** The exit codes of whole verdicts, as `exitcodesOf` gives them. */
  readonly exitcodes?: readonly number[]
}

export interface QueuedDetails extends RunKey {
  /** The number of failed attempts. */
  readonly attempts: number
}

export interface RunDetails {
  readonly subtests: readonly Subtest[]
  /** Undefined if the log could not be read. */
  readonly log: LogIndex | undefined
}

export type StoredDetails =
  | ({ readonly state: 'known' } & RunDetails)
  | { readonly state: 'wanted' }
  | { readonly state: 'missing'; readonly reason: string }
