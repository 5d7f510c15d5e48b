/** What a run came to, as shown from autopkgtest's exit code; any code that is none of the known is `otherfail`. */
export type Verdict = 'pass' | 'fail' | 'neutral' | 'tmpfail' | 'error' | 'denylisted' | 'otherfail'

/** autopkgtest(1) "EXIT STATUS"; 99 is made by the worker for tests that are never run. */
const CODES: Readonly<Record<Exclude<Verdict, 'otherfail'>, readonly number[]>> = {
  pass: [0, 2],
  fail: [4, 6, 12, 14],
  neutral: [8],
  tmpfail: [16],
  error: [20],
  denylisted: [99],
}

const BY_CODE = new Map(
  Object.entries(CODES).flatMap(([verdict, codes]) => codes.map(c => [c, verdict as Verdict])),
)

export function verdictOf(exitcode: number | null): Verdict {
  return (exitcode === null ? undefined : BY_CODE.get(exitcode)) ?? 'otherfail'
}

/** The exit codes behind a filter word; undefined for a word that does not filter (`otherfail` included). */
export function exitcodesOf(word: string): readonly number[] | undefined {
  return Object.hasOwn(CODES, word) ? CODES[word as keyof typeof CODES] : undefined
}

/** The verdicts one can filter by, in the order in which they are offered. */
export const FILTERABLE_VERDICTS: readonly Verdict[] = [
  'pass',
  'fail',
  'neutral',
  'tmpfail',
  'error',
  'denylisted',
]

/** Exit codes that the statistics count as passed. */
export const STATISTICS_PASS: readonly number[] = [0, 2, 8]

/** Whether nothing failed in it: a test that is never run has not passed. */
export function hasPassed(verdict: Verdict): boolean {
  return verdict === 'pass' || verdict === 'neutral'
}

/** Whether running it again is offered: not for what passed, had nothing to test, or is never run. */
export function isRetryable(verdict: Verdict): boolean {
  return verdict !== 'pass' && verdict !== 'neutral' && verdict !== 'denylisted'
}
