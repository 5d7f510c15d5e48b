import { isReferenceRun } from '../trigger/trigger.ts'
import type { Run } from './run.ts'
import { type Told, toldBy } from './verdict.ts'

/** A run with another verdict than the one before it. */
export interface Transition {
  readonly run: Run
  readonly before: Run
  readonly from: Told
  readonly to: Told
}

/**
 * The transitions among the runs of one test, in order. Inconclusive runs are skipped; those with the
 * reference are compared among themselves.
 * @param runs oldest first
 */
export function transitionsIn(runs: readonly Run[]): Transition[] {
  const last = new Map<boolean, { readonly run: Run; readonly told: Told }>()
  const transitions: Transition[] = []
  for (const run of runs) {
    const told = toldBy(run.exitcode)
    if (told === undefined) continue
    const isReference = isReferenceRun(run)
    const before = last.get(isReference)
    if (before !== undefined && before.told !== told) {
      transitions.push({ run, before: before.run, from: before.told, to: told })
    }
    last.set(isReference, { run, told })
  }
  return transitions
}
