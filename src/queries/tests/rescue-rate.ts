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

interface Steadinesses {
  readonly steadiness: Pick<SteadinessIndex, 'of' | 'sumOf'>
}

/**
 * Whether retries of a test helped; undefined where too little is known to say.
 * @param ofFailure counts the retries of the same failure, where one is known
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

/** The rates of several tests by their own retries, in their order, by one query; undefined where a test has too few. */
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
