import type { Run } from '../run/run.ts'
import { compareVersions } from '../version/version-order.ts'
import { LONGEST_TRIGGERS, parseTrigger, type Trigger } from './trigger.ts'

/**
 * What a trigger came to at one test, as britney2-ubuntu reads exit codes with `ADT_BASELINE = reference`: 0 and 2
 * are a pass, 8 is neutral, and every other code is a failure, those of the testbed (16) and of what is never run
 * (99) too.
 */
export type BaselineState = 'pass' | 'neutral' | 'fail'

export function stateOfExitcode(exitcode: number | null): BaselineState {
  if (exitcode === 0 || exitcode === 2) return 'pass'
  return exitcode === 8 ? 'neutral' : 'fail'
}

/** A run as it counts for a trigger. */
export type CountedRun = Pick<Run, 'runId' | 'exitcode'> & {
  /** What was tested; `unknown` where the run ended before that was known. */
  readonly version: string
}

/** What stands for a version that nobody knows. */
const UNKNOWN_VERSION = 'unknown'

/** Codes with which a run may end before it knows which version it tests. */
const WITHOUT_VERSION: readonly (number | null)[] = [4, 12, 20]

/**
 * The version that a run counts with; undefined for a row that has none and an exit code that needs one, which
 * counts for no trigger.
 */
export function countedVersion(run: Pick<Run, 'version' | 'exitcode'>): string | undefined {
  if (run.version !== null && run.version !== '') return run.version
  return WITHOUT_VERSION.includes(run.exitcode) ? UNKNOWN_VERSION : undefined
}

/** Longer than any that is written; databases keep it in an index. */
const LONGEST_TRIGGER = 300

/** The triggers of a run: each once, those without exactly one slash left out. */
export function wellFormedTriggers({ triggers }: Pick<Run, 'triggers'>): readonly string[] {
  return [...new Set(boundedTriggers(triggers ?? ''))].filter(
    text => text.length <= LONGEST_TRIGGER && parseTrigger(text) !== undefined,
  )
}

/**
 * Whether a run counts for one of its triggers: for that of its own source only if that is not newer than what was tested
 * (a run of an older version says nothing of a newer upload).
 * @param version as {@link countedVersion} has it; undefined: it counts for none
 */
export function countsFor(run: Pick<Run, 'package'>, version: string | undefined, trigger: Trigger): boolean {
  if (version === undefined) return false
  return trigger.source !== run.package || compareVersions(version, trigger.version) >= 0
}

/** Those of a text that is longer than any request may be are read as far as that, and none of them in half. */
function boundedTriggers(text: string): string[] {
  const all = text.slice(0, LONGEST_TRIGGERS + 1).split(/\s+/)
  return text.length > LONGEST_TRIGGERS ? all.slice(0, -1) : all
}

/** The state of a trigger at a test, and the run that it rests on. */
export interface TriggerState<R extends CountedRun = CountedRun> {
  readonly state: BaselineState
  readonly decidedBy: R
}

/**
 * The state of a trigger after one more run, in whatever order runs come: that of the newest run, but a pass stays
 * whatever comes later, and then it is the newest pass that decides.
 * @param isReference whether it is `migration-reference/0`, for which it is always the newest run
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
