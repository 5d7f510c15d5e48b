import type { Derived } from '../../src/backends/derived/derived.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { triggerIndexing } from '../../src/operations/index/index-triggers.ts'

/** Counts everything that is recorded for its triggers, as index-results does in the background. */
export async function indexTriggers(backends: {
  readonly results: Results
  readonly derived: Derived
}): Promise<void> {
  const indexing = triggerIndexing(backends)
  while (await indexing.step());
}
