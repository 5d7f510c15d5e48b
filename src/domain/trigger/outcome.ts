import { compareVersions } from '../version/version-order.ts'
import type { BaselineState } from './trigger-state.ts'

/**
 * What became of a trigger at a test, held against the baseline: the state of `migration-reference/0` there. Of all that
 * fits the first counts, in the order pass, neutral, no baseline, not a regression, regression.
 */
export type Outcome = 'pass' | 'neutral' | 'no baseline' | 'not a regression' | 'regression'

/** The worst first. */
export const OUTCOMES: readonly Outcome[] = [
  'regression',
  'no baseline',
  'not a regression',
  'neutral',
  'pass',
]

/** How the excuses of a britney with `ADT_BASELINE = reference` call the same. */
export const BRITNEY_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'PASS',
  neutral: 'NEUTRAL',
  'no baseline': 'RUNNING-REFERENCE',
  'not a regression': 'ALWAYSFAIL',
  regression: 'REGRESSION',
}

export function isOutcome(word: string): word is Outcome {
  return (OUTCOMES as readonly string[]).includes(word)
}

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
