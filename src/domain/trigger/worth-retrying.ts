import { EXIT_TESTBED_FAILED } from '../run/verdict.ts'
import type { Outcome } from './outcome.ts'

/** Retries of one test, and those that passed. */
export interface Retries {
  readonly passed: number
  readonly retries: number
}

/**
 * Whether a retry of what holds an upload up is likely to pass: the run said nothing of the test, as its testbed failed; or at
 * least every other retry of the test has passed.
 * @param own of the test itself, enough of them to say something; undefined: they are not known
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
