import type { SteadinessIndex } from '../../backends/derived/steadiness.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** The number of retries in a year, and of those that passed. */
export interface RescueRate {
  readonly passed: number
  readonly retries: number
  /**
   * Based on the test itself; if it has too few retries, on runs of any test that failed in the same way; and
   * if these are too few, on all tests of its release and architecture.
   */
  readonly of: 'test' | 'failure' | 'architecture'
}

/** Fewer retries than this are not significant. */
const ENOUGH = 5

interface Steadinesses {
  readonly steadiness: Pick<SteadinessIndex, 'of' | 'sumOf'>
}

/**
 * How often retries of a test helped; undefined if too little is known.
 * @param ofFailure counts the retries of the same failure, if one is known
 */
export async function rescueRate(
  derived: Steadinesses,
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

/**
 * The rates of several tests from their own retries, in the same order, with one query; undefined if a test
 * has too few.
 */
export async function ownRescueRates(
  { steadiness }: { readonly steadiness: Pick<SteadinessIndex, 'of'> },
  tests: readonly TestKey[],
): Promise<(RescueRate | undefined)[]> {
  return (await steadiness.of(tests)).map(own =>
    own === undefined || own.retries < ENOUGH
      ? undefined
      : { passed: own.rescued, retries: own.retries, of: 'test' },
  )
}
