import type { Subtest } from '../../run/subtest.ts'
import { chosenOf } from './candidates.ts'
import type { Candidate, FailureLineKind } from './rule.ts'
import { SIGNATURE_RULES, signatureText } from './signature.ts'

/** A line that says why a test failed. */
export interface FailureLine {
  /** The line's number in the log, from 1. */
  readonly number: number
  /** Its visible text, at most 300 characters. */
  readonly text: string
  readonly kind: FailureLineKind
}

/** Why one test failed, or the run outside of its tests. */
export interface Failure {
  /** The test's name; '' for a failure outside of all tests. */
  readonly test: string
  /** At most three, best first. */
  readonly lines: readonly FailureLine[]
  /** The best line without the parts that vary from run to run. */
  readonly signature: string
  /** The version of the rules that made the signature. */
  readonly rules: number
}

/** What is known about a run besides its log. */
export interface KnownOfRun {
  /** From the file `summary`, which takes precedence over the log. */
  readonly subtests?: readonly Subtest[]
  readonly exitcode?: number
}

const LONGEST_SHOWN = 300

/** The failure that ranked candidates tell of; without lines if there are none. */
export function failureOf(test: string, ranked: readonly Candidate[]): Failure {
  const chosen = chosenOf(ranked)
  const [best] = chosen
  return {
    test,
    lines: chosen.map(({ number, text, kind }) => ({ number, text: text.slice(0, LONGEST_SHOWN), kind })),
    signature: best === undefined ? '' : signatureText(best.text, best.about),
    rules: SIGNATURE_RULES,
  }
}
