import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { RunKey } from '../../domain/test/test.ts'

interface Deps {
  readonly results: Pick<Results, 'remove'>
  readonly derived: Pick<Derived, 'remove'>
}

/**
 * Removes rows, and what was derived from them. That goes first: whoever is stopped in between finds the rows again, and
 * removes them when asked once more. It goes again behind them, as a row may have been indexed or counted meanwhile.
 */
export async function removeRuns({ results, derived }: Deps, runs: readonly RunKey[]): Promise<void> {
  await derived.remove(runs)
  await results.remove(runs)
  await derived.remove(runs)
}
