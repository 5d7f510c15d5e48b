import { compareVersions } from '../version/version-order.ts'
import type { BaselineState } from './trigger-state.ts'

interface OutcomeFacts {
  /** Whether the test failed for the trigger, so that a retry may help and the baseline matters. */
  readonly fails: boolean
  /** What the excuses of a britney with `ADT_BASELINE = reference` call it. */
  readonly britney: string
  /** As the derived index keeps it: what is worse is greater. No number is used a second time; 5 is taken. */
  readonly stored: number
}

/**
 * The table of outcomes, the worst first: what became of a trigger at a test, compared with the baseline, which is the
 * state of `migration-reference/0` there. If several fit, the first counts in the order pass, neutral, no baseline, not a
 * regression, regression. How an outcome is shown is in `web/ui/facts/outcome.ts`.
 */
const ROWS = {
  regression: { fails: true, britney: 'REGRESSION', stored: 4 },
  'no baseline': { fails: true, britney: 'RUNNING-REFERENCE', stored: 3 },
  'not a regression': { fails: true, britney: 'ALWAYSFAIL', stored: 2 },
  neutral: { fails: false, britney: 'NEUTRAL', stored: 1 },
  pass: { fails: false, britney: 'PASS', stored: 0 },
} as const satisfies Record<string, OutcomeFacts>

export type Outcome = keyof typeof ROWS

/** The worst first. */
export const OUTCOMES = Object.keys(ROWS) as readonly Outcome[]

export function isOutcome(word: string): word is Outcome {
  return Object.hasOwn(ROWS, word)
}

/** Whether the test failed for the trigger. */
export const isFailing = (outcome: Outcome): boolean => ROWS[outcome].fails

/** What the excuses of a britney with `ADT_BASELINE = reference` call it. */
export const britneyWord = (outcome: Outcome): string => ROWS[outcome].britney

/** The number under which the derived index keeps it. */
export const storedOutcome = (outcome: Outcome): number => ROWS[outcome].stored

/** Kernels: a module passes with one kernel and not with another, so that only triggers of the same source tell. */
const KERNELS = 'linux-meta'

/** Whether only triggers of the same source tell whether a test ever passed. */
export const standsAlone = (source: string): boolean => source.startsWith(KERNELS)

/** What a trigger that failed at a test comes to there. */
export type FailureOutcome = Exclude<Outcome, BaselineState>

/**
 * @param baseline the state of `migration-reference/0` at the test; undefined: none
 * @param everPassed whether some trigger passes there that tells ({@link standsAlone}), by {@link isPassSoFar}
 */
export function failureOutcome(baseline: BaselineState | undefined, everPassed: boolean): FailureOutcome {
  if (baseline === undefined) return 'no baseline'
  return baseline === 'fail' || !everPassed ? 'not a regression' : 'regression'
}

/**
 * Whether a pass of this version counts for "ever passed": not if it is above what the archive of the release has.
 * @param current undefined where the archive has no row of the package, which is no limit
 */
export function isPassSoFar(version: string, current: string | undefined): boolean {
  return current === undefined || compareVersions(version, current) <= 0
}

/** How many tests came to each outcome, all of them. */
export function totalsOf(
  counts: readonly { readonly outcome: Outcome; readonly count: number }[],
): Record<Outcome, number> {
  const totals = Object.fromEntries(OUTCOMES.map(outcome => [outcome, 0])) as Record<Outcome, number>
  for (const { outcome, count } of counts) totals[outcome] += count
  return totals
}
