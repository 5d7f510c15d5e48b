import type { Failure, FailureLine } from '../../domain/log/failure/failure-finder.ts'
import type { RunKey } from '../../domain/test/test.ts'

/**
 * Why runs failed, of runs in the containers of distributions alone: the lines that say it, and which runs fail in the
 * same way. Kept with the details of each run, and forgotten with it.
 */
export interface Failures {
  /** Of one run, its own first; undefined if nobody has looked for them yet. */
  of(run: RunKey): Promise<readonly StoredFailure[] | undefined>
  /** The first failure of each run of a list, in its order, by one query; undefined where none is known. */
  firstOf(runs: readonly RunKey[]): Promise<readonly (FirstFailure | undefined)[]>

  /** A way of failing by its address, as far as runs of it are kept. */
  signature(address: string): Promise<SignatureInAll | undefined>
  /** The runs that failed so, newest first. */
  runsOf(address: string, page: { limit: number; offset: number }): Promise<RunKey[]>
  /** Ways of failing. Of what is searched for, the newest {@link MOST_FOUND} alone are put in order. */
  list(filter: SignatureFilter, page: { limit: number; offset: number }): Promise<ListedSignature[]>

  /**
   * Keeps what was found in the log of a run whose details are known, and takes the run from those whose logs are to be
   * read again; undefined: there is no log any more.
   */
  save(run: RunKey, failures: readonly Failure[] | undefined): Promise<void>
  /**
   * Lets the logs be read again of those failed runs back to this id that no program with today's rules has read. Once is
   * enough, however often it is called.
   */
  readAgainSince(runId: string): Promise<void>
  /** Some of the runs whose logs are to be read again, newest first. */
  toRead(limit: number): Promise<RunKey[]>
  progress(): Promise<FailureProgress>
  /**
   * Forgets `limit` of the failures of runs before this id at most, but for each test's newest. True if there may be more.
   */
  prune(before: string, limit: number): Promise<boolean>
}

/** So many ways of failing that have the words of a search are looked at. */
export const MOST_FOUND = 2_000

/** Runs and tests that fail in one way. A test is a release, an architecture and a package. */
export interface SignatureCounts {
  readonly runs: number
  readonly tests: number
  /** The first one ever, though it may be kept no more. */
  readonly firstRun: string
  readonly lastRun: string
}

export interface StoredFailure extends Pick<Failure, 'test' | 'lines' | 'rules'> {
  /** The way of failing; undefined where no line says why. */
  readonly signature: (SignatureCounts & { readonly address: string; readonly text: string }) | undefined
}

/** What a list says of a failed run. */
export interface FirstFailure {
  /** The test's name; '' for what went wrong outside of all tests. */
  readonly test: string
  readonly line: FailureLine
  /** Of its way of failing. */
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

/** What a list of ways of failing begins with. */
export type SignatureOrder = 'latest' | 'new' | 'runs' | 'tests'

export interface SignatureFilter {
  readonly release?: string
  /** Beginnings of words, all of which it has; where there is no word, nothing has them. */
  readonly words?: readonly string[]
  /** By its newest run, by its first one, by how many runs, by how many tests. */
  readonly order: SignatureOrder
}

/** The reading again of logs. */
export interface FailureProgress {
  /** Whether it is known which logs today's rules want: with others than before, {@link Failures.readAgainSince} says so. */
  readonly begun: boolean
  readonly waiting: number
  readonly total: number
}
