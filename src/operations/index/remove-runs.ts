import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { RunKey } from '../../domain/test/test.ts'

interface Deps {
  readonly results: Pick<Results, 'remove'>
  readonly derived: Pick<Derived, 'remove'>
}

/**
 * Removes rows and the data derived from them. The derived data goes first, so that after an interruption the rows
 * are found and removed by the next attempt. It is removed again after the rows, as a row may have been indexed or
 * counted in the meantime.
 */
export async function removeRuns({ results, derived }: Deps, runs: readonly RunKey[]): Promise<void> {
  await derived.remove(runs)
  await results.remove(runs)
  await derived.remove(runs)
}
