import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'

/** Fewer rows than this may be missing from an index that counts as complete. */
const BEHIND = 2_000

/** Whether the derived index of runs has all rows but those of the last moments. */
export async function isRunIndexComplete({
  results,
  derived,
}: {
  results: Pick<Results, 'id' | 'since'>
  derived: Pick<Derived, 'position'>
}): Promise<boolean> {
  const position = await derived.position(await results.id())
  const { runs } = await results.since(position, BEHIND)
  return runs.length < BEHIND && (position !== undefined || runs.length === 0)
}
