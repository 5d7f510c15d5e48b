import { compareVersions } from '../version/version-order.ts'
import type { BaselineState } from './trigger-state.ts'

interface OutcomeFacts {
  /** Whether the test failed for the trigger, so that a retry may help and the baseline matters. */
  readonly fails: boolean
  /** What the excuses of a britney with `ADT_BASELINE = reference` call it. */
  readonly britney: string
  /** The number in the derived index: greater is worse. Numbers are never reused; 5 is taken. */
  readonly stored: number
}

/**
 * The table of outcomes, the worst first: the outcome of a trigger at a test, compared with the baseline,
 * which is the state of `migration-reference/0` there. If several apply, the first counts in the order pass,
 * neutral, no baseline, not a regression, regression. How outcomes are shown is in `web/ui/facts/outcome.ts`.
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

/** The number of an outcome in the derived index. */
export const storedOutcome = (outcome: Outcome): number => ROWS[outcome].stored

/**
 * Kernels: a module passes with one kernel and not with another, so only triggers of the same source count.
 */
const KERNELS = 'linux-meta'

/** Whether only triggers of the same source show whether a test ever passed. */
export const standsAlone = (source: string): boolean => source.startsWith(KERNELS)

/** The possible outcomes of a trigger that failed at a test. */
export type FailureOutcome = Exclude<Outcome, BaselineState>

/**
 * @param baseline the state of `migration-reference/0` at the test; undefined if there is none
 * @param everPassed whether some trigger that counts ({@link standsAlone}) passes there, by
 *   {@link isPassSoFar}
 */
export function failureOutcome(baseline: BaselineState | undefined, everPassed: boolean): FailureOutcome {
  if (baseline === undefined) return 'no baseline'
  return baseline === 'fail' || !everPassed ? 'not a regression' : 'regression'
}

/**
 * Whether a pass of this version counts as "ever passed": not if it is above the version in the release's
 * archive.
 * @param current undefined if the archive has no row for the package, which sets no limit
 */
export function isPassSoFar(version: string, current: string | undefined): boolean {
  return current === undefined || compareVersions(version, current) <= 0
}

/** The number of tests with each outcome, in total. */
export function totalsOf(
  counts: readonly { readonly outcome: Outcome; readonly count: number }[],
): Record<Outcome, number> {
  const totals = Object.fromEntries(OUTCOMES.map(outcome => [outcome, 0])) as Record<Outcome, number>
  for (const { outcome, count } of counts) totals[outcome] += count
  return totals
}
