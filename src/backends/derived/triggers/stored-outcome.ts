import type { FailureOutcome, Outcome } from '../../../domain/trigger/outcome.ts'

/** The numbers under which outcomes are kept: what is worse is greater. No number is used a second time. */
const NUMBERS: Readonly<Record<Outcome, number>> = {
  pass: 0,
  neutral: 1,
  'not a regression': 2,
  'no baseline': 3,
  regression: 4,
}
/** `migration-reference/0` failed: it is what others are compared with, and has no outcome. */
export const BASELINE_FAILED = 5

const WORDS = new Map<number, Outcome>((Object.keys(NUMBERS) as Outcome[]).map(word => [NUMBERS[word], word]))

export const storedOutcome = (outcome: Outcome): number => NUMBERS[outcome]

/** The word of a number that is one of an outcome. */
export function outcomeOf(stored: number): Outcome {
  const word = WORDS.get(stored)
  if (word === undefined) throw new Error(`no outcome is kept as ${stored}`)
  return word
}

const FAILURES: readonly FailureOutcome[] = ['not a regression', 'no baseline', 'regression']

/** Those that change with the baseline, as a condition on a column: a partial index has the same. */
export const IS_FAILURE = `outcome IN (${FAILURES.map(storedOutcome).join(', ')})`

/**
 * The version of the rules by which outcomes and states follow from runs: what was made by others is made again. It is
 * raised with every change of what a run counts for.
 */
export const OUTCOME_RULES = 1
