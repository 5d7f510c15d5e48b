import type { FirstFailure } from '../../../../backends/derived/failures.ts'
import type { TriggerFailure } from '../../../../backends/derived/triggers.ts'
import { testId } from '../../../../domain/test/test.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'

const GROUPS = ['trigger', 'test', 'failure'] as const
export type GroupBy = (typeof GROUPS)[number]

export const isGroupBy = (word: string | null): word is GroupBy =>
  (GROUPS as readonly (string | null)[]).includes(word)

/** What failed for one upload, one test's failures, or what failed in one way. */
export interface FailureGroup {
  readonly key: string
  readonly failures: readonly TriggerFailure[]
  /** Of a way of failing: the line of the newest; undefined where none is known. */
  readonly why?: FirstFailure | undefined
}

/**
 * The largest first; among equal ones the one with the newest failure, and unknown reasons last.
 * @param why the first line of each, where they are grouped by failure
 */
export function groupFailures(
  failures: readonly TriggerFailure[],
  by: GroupBy,
  why: readonly (FirstFailure | undefined)[] = [],
): FailureGroup[] {
  const groups = new Map<string, { failures: TriggerFailure[]; why: FirstFailure | undefined }>()
  for (const [place, failure] of failures.entries()) {
    const key = keyOf(failure, by, why[place])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { failures: [failure], why: why[place] })
    else group.failures.push(failure)
  }
  const isUnknown = (one: FailureGroup) => Number(by === 'failure' && one.why === undefined)
  return [...groups]
    .map(([key, group]) => ({ key, ...group }))
    .sort((a, b) => isUnknown(a) - isUnknown(b) || b.failures.length - a.failures.length)
}

function keyOf(failure: TriggerFailure, by: GroupBy, why: FirstFailure | undefined): string {
  if (by === 'failure') return why?.address ?? ''
  return by === 'trigger' ? triggerText(failure.trigger) : testId(failure)
}
