import type { Failure, FailureLine } from '../../domain/log/failure/failure.ts'
import type { RunKey } from '../../domain/test/test.ts'

/**
 * Why runs failed, for runs in containers of distributions only: the lines that say why, and which runs fail
 * in the same way. Kept with the details of each run, and forgotten with it.
 */
export interface Failures {
  /** The failures of one run, its own first; undefined if nobody has looked for them yet. */
  of(run: RunKey): Promise<readonly StoredFailure[] | undefined>
  /** The first failure of each run of a list, in its order, by one query; undefined where none is known. */
  firstOf(runs: readonly RunKey[]): Promise<readonly (FirstFailure | undefined)[]>

  /** A way of failing by its address, as far as its runs are kept. */
  signature(address: string): Promise<SignatureInAll | undefined>
  /** The runs that failed in this way, newest first. */
  runsOf(address: string, page: { limit: number; offset: number }): Promise<RunKey[]>
  /** Ways of failing. Of the matches of a search, only the newest {@link MOST_FOUND} are put in order. */
  list(filter: SignatureFilter, page: { limit: number; offset: number }): Promise<ListedSignature[]>

  /**
   * Keeps the failures found in the log of a run whose details are known, and takes the run from those whose
   * logs are to be read again; undefined if the log no longer exists.
   */
  save(run: RunKey, failures: readonly Failure[] | undefined): Promise<void>
  /**
   * Queues the logs of those failed runs back to this id that no program with today's rules has read. Calling
   * it again has no effect.
   */
  readAgainSince(runId: string): Promise<void>
  /** Some of the runs whose logs are to be read again, newest first. */
  toRead(limit: number): Promise<RunKey[]>
  progress(): Promise<FailureProgress>
  /**
   * Forgets at most `limit` failures of runs before this id, except each test's newest. True if there may be
   * more.
   */
  prune(before: string, limit: number): Promise<boolean>
}

/** The number of ways of failing with the words of a search that are looked at. */
export const MOST_FOUND = 2_000

/** Runs and tests that fail in one way. A test is a release, an architecture and a package. */
export interface SignatureCounts {
  readonly runs: number
  readonly tests: number
  /** The first one ever, even if it is no longer kept. */
  readonly firstRun: string
  readonly lastRun: string
}

export interface StoredFailure extends Pick<Failure, 'test' | 'lines' | 'rules'> {
  /** The way of failing; undefined where no line says why. */
  readonly signature: (SignatureCounts & { readonly address: string; readonly text: string }) | undefined
}

/** What a list shows of a failed run. */
export interface FirstFailure {
  /** The test's name; '' for a failure outside of all tests. */
  readonly test: string
  readonly line: FailureLine
  /** The address of its way of failing. */
  readonly address: string
}

export interface SignatureInAll extends SignatureCounts {
  readonly address: string
  readonly text: string
  /** The same by release and architecture, in the order of their names. */
  readonly places: readonly (SignatureCounts & { readonly release: string; readonly arch: string })[]
}

export interface ListedSignature extends SignatureCounts {
  readonly address: string
  readonly text: string
  /** One of the newest runs. */
  readonly newest: RunKey
}

/** The order of a list of ways of failing. */
export type SignatureOrder = 'latest' | 'new' | 'runs' | 'tests'

export interface SignatureFilter {
  readonly release?: string
  /** Beginnings of words: ways of failing must have all of them; nothing matches an empty list. */
  readonly words?: readonly string[]
  /** By its newest run, its first run, the number of runs, or the number of tests. */
  readonly order: SignatureOrder
}

/** Progress in reading logs again. */
export interface FailureProgress {
  /** Whether the logs that today's rules need are queued: see {@link Failures.readAgainSince}. */
  readonly begun: boolean
  readonly waiting: number
  readonly total: number
}
