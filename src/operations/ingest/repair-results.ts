import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { removeRuns } from '../index/remove-runs.ts'
import type { StoreDifference } from './compare-with-store.ts'

interface Deps {
  readonly results: Pick<Results, 'record' | 'remove'>
  readonly derived: Pick<Derived, 'remove'>
}

/** Makes a row what the store says; false where the store says nothing that can be recorded. */
export async function repairResult(
  { results, derived }: Deps,
  difference: StoreDifference,
): Promise<boolean> {
  switch (difference.kind) {
    case 'broken':
      return false
    case 'missing':
      await results.record([difference.run])
      return true
    case 'extra':
      await removeRuns({ results, derived }, [difference.run])
      return true
    case 'different':
      // Not one transaction: if we die in between it is missing, and the store still has it
      await removeRuns({ results, derived }, [difference.run])
      await results.record([difference.run])
      return true
  }
}
