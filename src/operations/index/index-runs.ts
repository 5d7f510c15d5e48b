import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'

/** Rows of one transaction: few enough not to delay others. */
const CHUNK = 500

/** Brings what is derived from rows a step further. True if there may be more to do. */
export async function indexMoreRuns({
  results,
  derived,
}: {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'position' | 'indexRuns'>
}): Promise<boolean> {
  const id = await results.id()
  const from = await derived.position(id)
  const { runs, position } = await results.since(from, CHUNK)
  if (position === undefined || position === from) return false
  await derived.indexRuns(id, position, runs)
  // An index that was made by another table of verdicts is now empty
  return runs.length === CHUNK || (await derived.position(id)) !== position
}
