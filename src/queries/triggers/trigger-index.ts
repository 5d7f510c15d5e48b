import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { isRunIndexComplete } from '../runs/index-completeness.ts'

/** Whether all results except those of the last moments have been counted for their triggers. */
export interface IndexState {
  readonly isComplete: boolean
  /** The last counted run, while there is more to count; undefined if none was counted. */
  readonly reached: string | undefined
}

export interface TriggerBackends {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'triggers'>
}

/** The progress of the index of triggers. */
export async function triggerIndexState({
  results,
  derived: { triggers },
}: TriggerBackends): Promise<IndexState> {
  const isComplete = await isRunIndexComplete({ results, derived: triggers })
  return { isComplete, reached: isComplete ? undefined : await triggers.reached() }
}
