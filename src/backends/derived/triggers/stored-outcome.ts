import { isFailing, OUTCOMES, type Outcome, storedOutcome } from '../../../domain/trigger/outcome.ts'

/**
 * `migration-reference/0` failed: others are compared with it, and it has no outcome. A number beside those
 * of outcomes.
 */
export const BASELINE_FAILED = 5

const WORDS = new Map(OUTCOMES.map(word => [storedOutcome(word), word]))

/** The outcome of a number that stands for one. */
export function outcomeOf(stored: number): Outcome {
  const word = WORDS.get(stored)
  if (word === undefined) throw new Error(`no outcome is kept as ${stored}`)
  return word
}

const FAILED: ReadonlySet<number> = new Set(OUTCOMES.filter(isFailing).map(storedOutcome))

/** The outcomes that change with the baseline, as a condition on a column: a partial index has the same. */
export const IS_FAILURE = `outcome IN (${[...FAILED].sort().join(', ')})`

/** Whether the number is that of a failure. */
export const isStoredFailure = (stored: number): boolean => FAILED.has(stored)

/**
 * The version of the rules by which outcomes and states follow from runs: data of other versions is made
 * again. To be raised with every change to what a run counts for.
 */
export const OUTCOME_RULES = 2
