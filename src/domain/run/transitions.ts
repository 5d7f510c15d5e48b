import { isReferenceRun } from '../trigger/trigger.ts'
import type { Run } from './run.ts'
import { hasPassed, verdictOf } from './verdict.ts'

/** What a run says of what was tested. */
export const TOLD = ['pass', 'neutral', 'failure'] as const
export type Told = (typeof TOLD)[number]

/** A run that says something else than the one before it. */
export interface Transition {
  readonly run: Run
  readonly before: Run
  readonly from: Told
  readonly to: Told
}

/** The verdict as far as it says something of what was tested; undefined for 16 and 99, which do not. */
function toldBy({ exitcode }: Pick<Run, 'exitcode'>): Told | undefined {
  const verdict = verdictOf(exitcode)
  if (verdict === 'tmpfail' || verdict === 'denylisted') return undefined
  if (verdict === 'neutral') return 'neutral'
  return hasPassed(verdict) ? 'pass' : 'failure'
}

/**
 * The transitions among the runs of one test, in their order. Runs that say nothing are passed over; those with the
 * reference are compared among themselves.
 * @param runs oldest first
 */
export function transitionsIn(runs: readonly Run[]): Transition[] {
  const last = new Map<boolean, { readonly run: Run; readonly told: Told }>()
  const transitions: Transition[] = []
  for (const run of runs) {
    const told = toldBy(run)
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
