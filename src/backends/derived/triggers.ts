import type { Run } from '../../domain/run/run.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'
import type { FailureOutcome, Outcome } from '../../domain/trigger/outcome.ts'
import type { Trigger } from '../../domain/trigger/trigger.ts'

/** The package's version in the archive of the release; undefined where it has none. */
export type CurrentVersionOf = (test: TestKey) => string | undefined

/**
 * What happened to each trigger at each test, kept ready, so that no page's cost grows with the history. Filled on its own,
 * by its own position in the results; what was made of another results database is dropped.
 */
export interface TriggerIndex {
  /** How far the rows of this results database have been counted; undefined: not at all. */
  position(databaseId: string): Promise<string | undefined>
  /** The id of the run that was counted last; undefined: none was. */
  reached(): Promise<string | undefined>
  /**
   * Counts runs and moves the position, in one transaction with all that follows: the states of their own triggers, and
   * the outcomes of all that failed at a test whose baseline or first pass changed. Runs come in any order, and may come
   * twice. Returns how many count for nothing, as they have no version.
   */
  index(
    databaseId: string,
    position: string,
    runs: readonly Run[],
    currentOf: CurrentVersionOf,
  ): Promise<number>
  /** Forgets runs, and what followed from them. */
  remove(runs: readonly RunKey[]): Promise<void>
  /**
   * Compares the next `limit` tests after a place (0: from the first on) with the archive's versions, and changes the
   * outcomes that follow from others. Returns the place of the last one; undefined: there are no more.
   */
  refreshCurrent(currentOf: CurrentVersionOf, after: number, limit: number): Promise<number | undefined>

  /** The versions of a source that are known as triggers, with their counts; in no order, the first `limit`. */
  versions(source: string, limit: number): Promise<VersionCounts[]>
  /** Sources of triggers whose name contains a text, in order. */
  sources(text: string, limit: number): Promise<string[]>
  /** Exact counts by release, arch and outcome; undefined: no such trigger is known. */
  counts(trigger: Trigger): Promise<OutcomeCount[] | undefined>
  /** What machines have done for a trigger so far; undefined: no such trigger is known. */
  machineTime(trigger: Trigger): Promise<MachineTime | undefined>
  /**
   * Packages at which a trigger has an outcome that the filter lets through, those with the worst outcome first, by name
   * within it, after (exclusive) one that was given.
   */
  packages(trigger: Trigger, filter: OutcomeFilter, page: PackagePage): Promise<PackageOutcome[]>
  /** The outcomes of a trigger at all tests of some packages. */
  outcomesOf(trigger: Trigger, packages: readonly string[]): Promise<TestOutcome[]>
  /** The outcomes of a trigger that the filter lets through, by package, after (exclusive) a test. */
  tests(
    trigger: Trigger,
    filter: OutcomeFilter,
    page: { readonly limit: number; readonly after?: TestKey | undefined },
  ): Promise<TestOutcome[]>
  /** What failed, newest deciding run first, the first `limit`. */
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

/** Of all runs that a trigger had, whatever they tell; one with other triggers too counts whole for each. */
export interface MachineTime {
  readonly runs: number
  /** Those of which it is known how long they took. */
  readonly timed: number
  readonly seconds: number
}

export interface OutcomeFilter {
  readonly outcome?: Outcome | undefined
  readonly release?: string | undefined
  readonly arch?: string | undefined
  /** In the name of the package. */
  readonly text?: string | undefined
  /** Decided by runs from this id on. */
  readonly since?: string | undefined
}

export interface PackagePage {
  readonly limit: number
  readonly after?: PackageOutcome | undefined
}

export interface PackageOutcome {
  /** The worst that it has. */
  readonly outcome: Outcome
  readonly package: string
}

/** What became of a trigger at a test, and the run that decided: the newest pass, else the newest. */
export interface TestOutcome extends RunKey {
  readonly outcome: Outcome
  readonly exitcode: number | null
  /** What was tested; `unknown` if that is not known. */
  readonly version: string
}

export interface TriggerFailure extends TestOutcome {
  readonly trigger: Trigger
}

export interface FailureFilter {
  readonly outcomes: readonly FailureOutcome[]
  /** Only those with one of these exit codes. */
  readonly exitcodes?: readonly number[] | undefined
  /** Of the trigger. */
  readonly source?: string | undefined
  /** Of the test. */
  readonly package?: string | undefined
  /** Of one of these tests, or triggers. */
  readonly packages?: readonly string[] | undefined
  readonly sources?: readonly string[] | undefined
  readonly release?: string | undefined
  readonly arches?: readonly string[] | undefined
  /** Only where it is not known what was tested. */
  readonly onlyUnknown?: boolean | undefined
  /** Decided by runs from this id on, and before that one. */
  readonly from?: string | undefined
  readonly before?: string | undefined
}
