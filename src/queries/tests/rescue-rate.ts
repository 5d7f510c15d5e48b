import type { SteadinessIndex } from '../../backends/derived/steadiness.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** How many retries in a year passed. */
export interface RescueRate {
  readonly passed: number
  readonly retries: number
  /**
   * Of the test itself; where it has too few, of runs of any test that failed in the same way; and where these are too few,
   * of all tests of its release and architecture.
   */
  readonly of: 'test' | 'failure' | 'architecture'
}

/** Fewer retries than this say nothing. */
const ENOUGH = 5

/**
 * Whether retries of a test helped; undefined where too little is known to say.
 * @param ofFailure counts the retries of the same failure, where one is known
 */
export async function rescueRate(
  derived: { readonly steadiness: Pick<SteadinessIndex, 'of' | 'sumOf'> },
  test: TestKey,
  ofFailure?: () => Promise<Pick<RescueRate, 'passed' | 'retries'>>,
): Promise<RescueRate | undefined> {
  const [own] = await derived.steadiness.of([test])
  if (own !== undefined && own.retries >= ENOUGH)
    return { passed: own.rescued, retries: own.retries, of: 'test' }
  const same = await ofFailure?.()
  if (same !== undefined && same.retries >= ENOUGH) return { ...same, of: 'failure' }
  const sum = await derived.steadiness.sumOf(test)
  return sum.retries >= ENOUGH ? { passed: sum.rescued, retries: sum.retries, of: 'architecture' } : undefined
}
