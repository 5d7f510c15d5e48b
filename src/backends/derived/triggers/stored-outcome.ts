import { isFailing, OUTCOMES, type Outcome, storedOutcome } from '../../../domain/trigger/outcome.ts'

/** `migration-reference/0` failed: it is what others are compared with, and has no outcome. A number beside theirs. */
export const BASELINE_FAILED = 5

const WORDS = new Map(OUTCOMES.map(word => [storedOutcome(word), word]))

/** The word of a number that is one of an outcome. */
export function outcomeOf(stored: number): Outcome {
  const word = WORDS.get(stored)
  if (word === undefined) throw new Error(`no outcome is kept as ${stored}`)
  return word
}

const FAILED: ReadonlySet<number> = new Set(OUTCOMES.filter(isFailing).map(storedOutcome))

/** Those that change with the baseline, as a condition on a column: a partial index has the same. */
export const IS_FAILURE = `outcome IN (${[...FAILED].sort().join(', ')})`

/** Whether the number is that of a failure. */
export const isStoredFailure = (stored: number): boolean => FAILED.has(stored)

/**
 * The version of the rules by which outcomes and states follow from runs: what was made by others is made again. It is
 * raised with every change of what a run counts for.
 */
export const OUTCOME_RULES = 2
