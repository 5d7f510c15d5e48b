import { failureOutcome, isPassSoFar, storedOutcome } from '../../../domain/trigger/outcome.ts'
import {
  type BaselineState,
  type CountedRun,
  stateOfExitcode,
  type TriggerState,
} from '../../../domain/trigger/trigger-state.ts'
import { BASELINE_FAILED } from './stored-outcome.ts'

/** A trigger by its numbers. */
export interface KeptTrigger {
  readonly id: number
  /** The source's number if only its own triggers tell whether a test ever passed, else {@link ALL}. */
  readonly group: number
  readonly isReference: boolean
}

/** The group of passes by which most triggers are judged: all passes of a test. */
export const ALL = 0

/** The kept state of a trigger at a test. */
export interface KeptState extends TriggerState {
  /** Its outcome's number. */
  readonly stored: number
}

/** The number of triggers that pass at a test with each version, by group. */
export type Passes = ReadonlyMap<number, ReadonlyMap<string, number>>

/** The standard by which the failures at a test are judged. */
export interface Standard {
  readonly baseline: BaselineState | undefined
  readonly passes: Passes
  /** The package's version in the archive. */
  readonly current: string | undefined
}

/** The new state of one trigger at a test: undefined if it has no run there. */
export interface Change {
  readonly trigger: KeptTrigger
  readonly before: KeptState | undefined
  after: TriggerState | undefined
}

/** The rows and changes to be written. */
export interface SettledTriggers {
  /** The number is undefined if the row is to be removed. */
  readonly rows: readonly {
    readonly trigger: KeptTrigger
    readonly before: number | undefined
    readonly after: { readonly stored: number; readonly run: CountedRun } | undefined
  }[]
  readonly passes: readonly { readonly group: number; readonly version: string; readonly more: number }[]
  /** How all failures at the test are to be judged again; undefined if nothing changed for others. */
  readonly judge: Judge | undefined
}

/** The number of the outcome of a trigger that failed, by its group. */
export type Judge = (group: number) => number

/**
 * The consequences at one test of changes of some of its triggers, and of another version in the archive.
 * @param standard as it was before
 */
export function settle(
  standard: Standard,
  changes: readonly Change[],
  current: string | undefined,
): SettledTriggers {
  const passes = passesOf(changes)
  const reference = changes.find(change => change.trigger.isReference)
  const baseline = reference === undefined ? standard.baseline : reference.after?.state
  const next: Standard = { baseline, passes: withMore(standard.passes, passes), current }
  const [old, judge] = [judgeBy(standard), judgeBy(next)]
  const groups = new Set([ALL, ...standard.passes.keys(), ...next.passes.keys()])
  const isSame =
    (standard.baseline === undefined) === (baseline === undefined) &&
    [...groups].every(group => old(group) === judge(group))
  return {
    rows: changes.map(({ trigger, before, after }) => ({
      trigger,
      before: before?.stored,
      after: after && { stored: storedOf(trigger, after.state, judge), run: after.decidedBy },
    })),
    passes,
    judge: isSame ? undefined : judge,
  }
}

function passesOf(changes: readonly Change[]): SettledTriggers['passes'] {
  const more = new Map<string, { group: number; version: string; more: number }>()
  const add = (group: number, version: string, count: number) => {
    const key = `${group} ${version}`
    const one = more.get(key) ?? { group, version, more: 0 }
    one.more += count
    more.set(key, one)
  }
  for (const { trigger, before, after } of changes) {
    for (const group of new Set([ALL, trigger.group])) {
      if (before?.state === 'pass') add(group, before.decidedBy.version, -1)
      if (after?.state === 'pass') add(group, after.decidedBy.version, 1)
    }
  }
  return [...more.values()].filter(one => one.more !== 0)
}

function storedOf(trigger: KeptTrigger, state: BaselineState, judge: Judge): number {
  if (state !== 'fail') return storedOutcome(state)
  return trigger.isReference ? BASELINE_FAILED : judge(trigger.group)
}

function judgeBy({ baseline, passes, current }: Standard): Judge {
  const known = new Map<number, number>()
  return group => {
    const judged = known.get(group)
    if (judged !== undefined) return judged
    const versions = [...(passes.get(group)?.keys() ?? [])]
    const everPassed = versions.some(version => isPassSoFar(version, current))
    const stored = storedOutcome(failureOutcome(baseline, everPassed))
    known.set(group, stored)
    return stored
  }
}

function withMore(passes: Passes, more: SettledTriggers['passes']): Passes {
  const next = new Map([...passes].map(([group, versions]) => [group, new Map(versions)]))
  for (const { group, version, more: count } of more) {
    const versions = next.get(group) ?? new Map<string, number>()
    next.set(group, versions)
    const left = (versions.get(version) ?? 0) + count
    if (left > 0) versions.set(version, left)
    else versions.delete(version)
  }
  return next
}

/** The state of a kept row, from the run that decided. */
export function keptState(row: CountedRun & { readonly outcome: number }): KeptState {
  const { runId, exitcode, version, outcome } = row
  return { state: stateOfExitcode(exitcode), decidedBy: { runId, exitcode, version }, stored: outcome }
}
