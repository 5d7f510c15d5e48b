import type { Run } from '../../domain/run/run.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import type { FailureOutcome, Outcome } from '../../domain/trigger/outcome.ts'
import type { Trigger } from '../../domain/trigger/trigger.ts'

/** The package's version in the archive of the release; undefined where it has none. */
export type CurrentVersionOf = (test: TestKey) => string | undefined

/**
 * What happened to each trigger at each test, kept ready, so that the cost of pages does not grow with the
 * history. Filled separately, with its own position in the results; data of another results database is
 * dropped.
 */
export interface TriggerIndex {
  /** How far the rows of this results database have been counted; undefined if not at all. */
  position(databaseId: string): Promise<string | undefined>
  /** The id of the run that was counted last; undefined if there is none. */
  reached(): Promise<string | undefined>
  /**
   * Counts runs and moves the position, in one transaction with all consequences: the states of their own
   * triggers, and the outcomes of all that failed at a test whose baseline or first pass changed. Runs come
   * in any order, and may come twice. Returns the number of runs that count for nothing, as they have no
   * version.
   */
  index(
    databaseId: string,
    position: string,
    runs: readonly Run[],
    currentOf: CurrentVersionOf,
  ): Promise<number>
  /** Forgets runs and their consequences. */
  remove(runs: readonly RunKey[]): Promise<void>
  /**
   * Compares the next `limit` tests after a place (0: from the first) with the archive's versions, and
   * updates the outcomes that depend on them. Returns the place of the last one; undefined if there are no
   * more.
   */
  refreshCurrent(currentOf: CurrentVersionOf, after: number, limit: number): Promise<number | undefined>

  /** The versions of a source that are known as triggers, with their counts; unordered, the first `limit`. */
  versions(source: string, limit: number): Promise<VersionCounts[]>
  /** Sources of triggers whose name contains a text, in order. */
  sources(text: string, limit: number): Promise<string[]>
  /** Exact counts by release, arch and outcome; undefined if the trigger is not known. */
  counts(trigger: Trigger): Promise<OutcomeCount[] | undefined>
  /** The machine time for a trigger so far; undefined if the trigger is not known. */
  machineTime(trigger: Trigger): Promise<MachineTime | undefined>
  /**
   * Packages at which a trigger has an outcome that matches the filter, those with the worst outcome first,
   * then by name, after (exclusive) a given one.
   */
  packages(trigger: Trigger, filter: OutcomeFilter, page: PackagePage): Promise<PackageOutcome[]>
  /** The outcomes of a trigger at all tests of some packages. */
  outcomesOf(trigger: Trigger, packages: readonly string[]): Promise<TestOutcome[]>
  /** The outcomes of a trigger that match the filter, by package, after (exclusive) a test. */
  tests(
    trigger: Trigger,
    filter: OutcomeFilter,
    page: { readonly limit: number; readonly after?: TestKey | undefined },
  ): Promise<TestOutcome[]>
  /** Failures, newest deciding run first, the first `limit`. */
  failures(filter: FailureFilter, limit: number): Promise<TriggerFailure[]>
}

export interface VersionCounts {
  readonly version: string
  readonly counts: Readonly<Partial<Record<Outcome, number>>>
}

export interface OutcomeCount {
  readonly release: string
  readonly arch: string
  readonly outcome: Outcome
  readonly count: number
}

/** Over all runs of a trigger, whatever their result; a run with other triggers counts fully for each. */
export interface MachineTime {
  readonly runs: number
  /** The number of runs whose duration is known. */
  readonly timed: number
  readonly seconds: number
}

export interface OutcomeFilter {
  readonly outcome?: Outcome | undefined
  readonly release?: string | undefined
  readonly arch?: string | undefined
  /** A text in the name of the package. */
  readonly text?: string | undefined
  /** Decided by runs from this id on. */
  readonly since?: string | undefined
}

export interface PackagePage {
  readonly limit: number
  readonly after?: PackageOutcome | undefined
}

export interface PackageOutcome {
  /** The worst outcome that it has. */
  readonly outcome: Outcome
  readonly package: string
}

/** The outcome of a trigger at a test, and the run that decided: the newest pass, else the newest. */
export interface TestOutcome extends RunKey {
  readonly outcome: Outcome
  readonly exitcode: number | null
  /** The tested version; `unknown` if it is not known. */
  readonly version: string
}

export interface TriggerFailure extends TestOutcome {
  readonly trigger: Trigger
}

export interface FailureFilter {
  readonly outcomes: readonly FailureOutcome[]
  /** Only those with one of these exit codes. */
  readonly exitcodes?: readonly number[] | undefined
  /** The source of the trigger. */
  readonly source?: string | undefined
  /** The package of the test. */
  readonly package?: string | undefined
  /** One of these packages of tests, or sources of triggers. */
  readonly packages?: readonly string[] | undefined
  readonly sources?: readonly string[] | undefined
  readonly release?: string | undefined
  readonly arches?: readonly string[] | undefined
  /** Only where the tested version is not known. */
  readonly onlyUnknown?: boolean | undefined
  /** Decided by runs from this id on, and before that id. */
  readonly from?: string | undefined
  readonly before?: string | undefined
}
