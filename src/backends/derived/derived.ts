import type { Failure } from '../../domain/log/failure/failure-finder.ts'
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
 * What is derived from results and store: it can be dropped and made again at any time, is filled in the
 * background by the daemon index-results, and never delays the recording of a result. Nothing in it refers
 * to a row id: a rebuilt results database assigns those anew. Engines: a SQLite file beside the results, a
 * schema of the same PostgreSQL database.
 */
export interface Derived {
  /** A text that changes when anything here did; see Results.version. */
  version(): string
  onChange(listener: () => void): () => void

  /**
   * How far the rows of this results database have been indexed; undefined: not at all, or by a program of other rules
   * ({@link INDEX_RULES}).
   */
  position(databaseId: string): Promise<string | undefined>
  /**
   * Indexes rows and moves the position, in one transaction. A position of another database id drops all that
   * is derived first. Each new run goes into the queue of details. Where the index was made by other rules, it is
   * emptied and nothing is indexed, as the rows may not be the first: ask for the position again. Details stay.
   */
  indexRuns(databaseId: string, position: string, runs: readonly Run[]): Promise<void>
  /**
   * Forgets these runs, whose rows are removed or will be given again; of triggers too, and their tests are counted anew.
   * It comes in three short transactions, as those who index, count for triggers and count steadiness each wait for their own row
   * of progress: holding all three would have them wait for one another. Each forgets what it still finds: where the second
   * or third could not be done, removing the same runs again does what is left, and nothing twice.
   */
  remove(runs: readonly RunKey[]): Promise<void>
  /**
   * Keys of the newest runs that match every given filter, newest first by run id. Each combination of filters
   * is served by an index. Only knows what was indexed: compare positions before trusting an empty answer.
   */
  newest(filter: RunFilter, page: { limit: number; offset: number }): Promise<RunKey[]>

  /**
   * The newest run of a test that came to one of these verdicts, by an index: however many runs lie after it.
   * @param before only runs before (exclusive) this run id
   */
  newestOf(test: TestKey, verdicts: readonly Verdict[], before?: string): Promise<RunKey | undefined>

  /** Runs whose details are to be read now, newest first. */
  queuedDetails(now: Date, limit: number): Promise<QueuedDetails[]>
  /** @param failures what was found in its log; undefined: that was not looked through */
  saveDetails(run: RunKey, details: RunDetails, failures?: readonly Failure[]): Promise<void>
  /** The details could not be had: try again at `retryAt`, or never if undefined. */
  missDetails(run: RunKey, reason: string, retryAt: Date | undefined): Promise<void>
  details(run: RunKey): Promise<StoredDetails | undefined>
  /**
   * The subtests of some runs, in their order, by one query; undefined where none are recorded, or more than a list of
   * runs can hold.
   */
  subtestsOf(runs: readonly RunKey[]): Promise<(readonly Subtest[] | undefined)[]>
  /** How many runs wait for their details. */
  backlog(): Promise<number>

  /** Why runs failed, and which in the same way. */
  readonly failures: Failures
  /** How steady tests are, and whether retries help: filled on its own, by its own position. */
  readonly steadiness: SteadinessIndex
  /** What results were at moments: from the index of runs. */
  readonly moments: Moments
  /** The tests that turned: kept with how steady they are. */
  readonly news: News
  /** What happened to each trigger at each test: filled on its own, by its own position. */
  readonly triggers: Omit<TriggerIndex, 'remove'>

  check(): Promise<string[]>
  state(): Promise<{ ok: true } | { ok: false; reason: string }>
  close(): Promise<void>
}

export interface RunFilter {
  readonly release?: string
  readonly arch?: string
  readonly requester?: string
  /** Of whole verdicts, as `exitcodesOf` gives them. */
  readonly exitcodes?: readonly number[]
}

export interface QueuedDetails extends RunKey {
  /** How often it has been tried in vain. */
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
