import type { SteadinessIndex } from '../../backends/derived/steadiness.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** How many retries in a year passed. */
export interface RescueRate {
  readonly passed: number
  readonly retries: number
  /** Of the test itself, or of all tests of its release and architecture, where it has too few. */
  readonly of: 'test' | 'architecture'
}

/** Fewer retries than this say nothing. */
const ENOUGH = 5

/** Whether retries of a test helped; undefined where too little is known to say. */
export async function rescueRate(
  derived: { readonly steadiness: Pick<SteadinessIndex, 'of' | 'sumOf'> },
  test: TestKey,
): Promise<RescueRate | undefined> {
  const [own] = await derived.steadiness.of([test])
  if (own !== undefined && own.retries >= ENOUGH)
    return { passed: own.rescued, retries: own.retries, of: 'test' }
  const sum = await derived.steadiness.sumOf(test)
  return sum.retries >= ENOUGH ? { passed: sum.rescued, retries: sum.retries, of: 'architecture' } : undefined
}
