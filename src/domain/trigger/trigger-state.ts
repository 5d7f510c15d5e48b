import type { Run } from '../run/run.ts'
import { compareVersions } from '../version/version-order.ts'
import { LONGEST_TRIGGERS, parseTrigger, type Trigger } from './trigger.ts'

/**
 * The state of a trigger at one test, as britney2-ubuntu reads exit codes with `ADT_BASELINE = reference`: 0
 * and 2 are a pass, 8 is neutral, and every other code is a failure, including those of the testbed (16) and
 * of tests that are never run (99).
 */
export type BaselineState = 'pass' | 'neutral' | 'fail'

export function stateOfExitcode(exitcode: number | null): BaselineState {
  if (exitcode === 0 || exitcode === 2) return 'pass'
  return exitcode === 8 ? 'neutral' : 'fail'
}

/** A run as it counts for a trigger. */
export type CountedRun = Pick<Run, 'runId' | 'exitcode'> & {
  /** The tested version; `unknown` if the run ended before it was known. */
  readonly version: string
}

/** The text for an unknown version. */
const UNKNOWN_VERSION = 'unknown'

/** Exit codes with which a run may end before its version is known. */
const WITHOUT_VERSION: readonly (number | null)[] = [4, 12, 20]

/**
 * The version that a run counts with; undefined for a row without a version and with an exit code that needs
 * one, which counts for no trigger.
 */
export function countedVersion(run: Pick<Run, 'version' | 'exitcode'>): string | undefined {
  if (run.version !== null && run.version !== '') return run.version
  return WITHOUT_VERSION.includes(run.exitcode) ? UNKNOWN_VERSION : undefined
}

/** Longer than any real trigger; databases have it in an index. */
const LONGEST_TRIGGER = 300

/** The triggers of a run: each once, those without exactly one slash left out. */
export function wellFormedTriggers({ triggers }: Pick<Run, 'triggers'>): readonly string[] {
  return [...new Set(boundedTriggers(triggers ?? ''))].filter(
    text => text.length <= LONGEST_TRIGGER && parseTrigger(text) !== undefined,
  )
}

/**
 * Whether a run counts for one of its triggers: for a trigger of its own source only if that is not newer
 * than the tested version (a run of an older version says nothing about a newer upload).
 * @param version from {@link countedVersion}; undefined: it counts for none
 */
export function countsFor(run: Pick<Run, 'package'>, version: string | undefined, trigger: Trigger): boolean {
  if (version === undefined) return false
  return trigger.source !== run.package || compareVersions(version, trigger.version) >= 0
}

/**
 * The triggers of a text, of which only the part within the longest possible request is read, and no trigger
 * in part.
 */
function boundedTriggers(text: string): string[] {
  const all = text.slice(0, LONGEST_TRIGGERS + 1).split(/\s+/)
  return text.length > LONGEST_TRIGGERS ? all.slice(0, -1) : all
}

/** The state of a trigger at a test, and the run that determines it. */
export interface TriggerState<R extends CountedRun = CountedRun> {
  readonly state: BaselineState
  readonly decidedBy: R
}

/**
 * The state of a trigger after one more run, in any order of runs: that of the newest run, except that a pass
 * remains whatever comes later, and then the newest pass decides.
 * @param isReference whether it is `migration-reference/0`, for which the newest run always decides
 */
export function stateAfter<R extends CountedRun>(
  before: TriggerState<R> | undefined,
  run: R,
  isReference: boolean,
): TriggerState<R> {
  const next = { state: stateOfExitcode(run.exitcode), decidedBy: run }
  if (before === undefined) return next
  if (isReference || (before.state === 'pass') === (next.state === 'pass')) {
    return run.runId > before.decidedBy.runId ? next : before
  }
  return next.state === 'pass' ? next : before
}
