import type { TriggerFailure } from '../../../../backends/derived/triggers.ts'
import { testId } from '../../../../domain/test/test.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'

export type GroupBy = 'trigger' | 'test'

/** What failed for one upload, or one test's failures. */
export interface FailureGroup {
  readonly key: string
  readonly failures: readonly TriggerFailure[]
}

/** The largest first; of those as large the one with the newest failure. */
export function groupFailures(failures: readonly TriggerFailure[], by: GroupBy): FailureGroup[] {
  const groups = new Map<string, TriggerFailure[]>()
  for (const failure of failures) {
    const key = by === 'trigger' ? triggerText(failure.trigger) : testId(failure)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [failure])
    else group.push(failure)
  }
  return [...groups]
    .map(([key, all]) => ({ key, failures: all }))
    .sort((a, b) => b.failures.length - a.failures.length)
}
