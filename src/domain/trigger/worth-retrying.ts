import { EXIT_TESTBED_FAILED } from '../run/verdict.ts'
import type { Outcome } from './outcome.ts'

/** The number of retries of one test, and of those that passed. */
export interface Retries {
  readonly passed: number
  readonly retries: number
}

/**
 * Whether a retry of a test that holds an upload up is likely to pass: its run said nothing about the test,
 * as the testbed failed; or at least every other retry of the test passed.
 * @param own of the test itself, enough of them to be significant; undefined if unknown
 */
export function isWorthRetrying(
  outcome: Outcome,
  exitcode: number | null,
  own: Retries | undefined,
): boolean {
  if (outcome !== 'regression' && outcome !== 'no baseline') return false
  if (exitcode === EXIT_TESTBED_FAILED) return true
  return own !== undefined && own.passed * 2 >= own.retries
}
