import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { isRunIndexComplete } from '../runs/index-completeness.ts'

/** Whether all results but those of the last moments have been counted for their triggers. */
export interface IndexState {
  readonly isComplete: boolean
  /** The run that was counted last, while there is more to count; undefined: none was. */
  readonly reached: string | undefined
}

export interface TriggerBackends {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'triggers'>
}

/** How far the index of triggers is. */
export async function triggerIndexState({
  results,
  derived: { triggers },
}: TriggerBackends): Promise<IndexState> {
  const isComplete = await isRunIndexComplete({ results, derived: triggers })
  return { isComplete, reached: isComplete ? undefined : await triggers.reached() }
}
