import type { Derived } from '../../backends/derived/derived.ts'
import type { FirstFailure } from '../../backends/derived/failures.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { turn } from '../../domain/time/turns.ts'

/** The number of runs whose lines are read at once. */
const AT_ONCE = 200

/** The first line that says why each of these runs failed, in the same order; undefined if none is known. */
export async function firstFailures(
  derived: Pick<Derived, 'failures'>,
  runs: readonly RunKey[],
): Promise<(FirstFailure | undefined)[]> {
  const found: (FirstFailure | undefined)[] = []
  for (let from = 0; from < runs.length; from += AT_ONCE) {
    const some = runs.slice(from, from + AT_ONCE)
    const first = await derived.failures.firstOf(some)
    found.push(...some.map((_, place) => first[place]))
    await turn()
  }
  return found
}
