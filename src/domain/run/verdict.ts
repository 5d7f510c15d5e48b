/**
 * The table of verdicts: everything about each except its looks (colour, icon, bar), which are in the stylesheet under
 * its word (`web/style/verdicts.css`). A new verdict is a row here and a class there.
 */

/** autopkgtest's exit code for a failed testbed; the worker also uses it if it cannot get one. */
export const EXIT_TESTBED_FAILED = 16
/** The worker's exit code for tests that are never run. */
export const EXIT_NEVER_RUN = 99

/** What a run can say about what it tested; the derived index stores the position in this list. */
export const TOLD = ['pass', 'neutral', 'failure'] as const
export type Told = (typeof TOLD)[number]

/** GitHub's words for the outcome of a run. */
export type GithubOutcome = 'success' | 'failure' | 'error'

interface VerdictRow {
  /**
   * The exit codes, autopkgtest(1) "EXIT STATUS", and what is reported to GitHub for each, by the rules of
   * the service that workers and upstreams know: there, a neutral run is an error, too.
   */
  readonly codes: Readonly<Record<number, GithubOutcome>>
  /** Whether it counts as a pass; a test that is never run has not passed. */
  readonly passes: boolean
  /** Whether a retry is offered: not if it passed, had nothing to test, or is never run. */
  readonly retryable: boolean
  /** What it says about what was tested; undefined if nothing was tested. */
  readonly tells: Told | undefined
  /** Whether it means by itself that some tests did not end. */
  readonly cutShort: boolean
  /** The number in the derived index. */
  readonly stored: number
}

/** In the order in which they are offered as filters, if they have exit codes to filter by. */
const VERDICTS = {
  pass: {
    codes: { 0: 'success', 2: 'success' },
    passes: true,
    retryable: false,
    tells: 'pass',
    cutShort: false,
    stored: 0,
  },
  fail: {
    codes: { 4: 'failure', 6: 'failure', 12: 'failure', 14: 'error' },
    passes: false,
    retryable: true,
    tells: 'failure',
    cutShort: false,
    stored: 1,
  },
  neutral: {
    codes: { 8: 'error' },
    passes: true,
    retryable: false,
    tells: 'neutral',
    cutShort: false,
    stored: 2,
  },
  tmpfail: {
    codes: { [EXIT_TESTBED_FAILED]: 'error' },
    passes: false,
    retryable: true,
    tells: undefined,
    cutShort: true,
    stored: 3,
  },
  error: {
    codes: { 20: 'error' },
    passes: false,
    retryable: true,
    tells: 'failure',
    cutShort: true,
    stored: 4,
  },
  denylisted: {
    codes: { [EXIT_NEVER_RUN]: 'error' },
    passes: false,
    retryable: false,
    tells: undefined,
    cutShort: false,
    stored: 5,
  },
  /** Any other code, or none at all. */
  otherfail: {
    codes: {},
    passes: false,
    retryable: true,
    tells: 'failure',
    cutShort: false,
    stored: 6,
  },
} as const satisfies Record<string, VerdictRow>

/** The verdict of a run, from autopkgtest's exit code. */
export type Verdict = keyof typeof VERDICTS

const ROWS: Readonly<Record<Verdict, VerdictRow>> = VERDICTS
const EVERY = Object.keys(ROWS) as Verdict[]
const codesOf = (verdict: Verdict): number[] => Object.keys(ROWS[verdict].codes).map(Number)
const BY_CODE = new Map(EVERY.flatMap(verdict => codesOf(verdict).map(code => [code, verdict])))

export function verdictOf(exitcode: number | null): Verdict {
  return (exitcode === null ? undefined : BY_CODE.get(exitcode)) ?? 'otherfail'
}

/**
 * The verdicts that can be used as filters, in the order in which they are offered: those that have exit
 * codes of their own.
 */
export const FILTERABLE_VERDICTS: readonly Verdict[] = EVERY.filter(verdict => codesOf(verdict).length > 0)

const CODES: ReadonlyMap<string, readonly number[]> = new Map(
  FILTERABLE_VERDICTS.map(verdict => [verdict, codesOf(verdict)]),
)

/** The exit codes for a filter word; undefined for a word that does not filter (including `otherfail`). */
export function exitcodesOf(word: string): readonly number[] | undefined {
  return CODES.get(word)
}

export function hasPassed(verdict: Verdict): boolean {
  return ROWS[verdict].passes
}

/** Verdicts with which a test does not hold anything up. */
export const PASSED_VERDICTS: readonly Verdict[] = EVERY.filter(hasPassed)

/** The verdict of a number of the derived index. */
export function verdictStoredAs(stored: number): Verdict {
  const verdict = EVERY.find(one => ROWS[one].stored === stored)
  if (verdict === undefined) throw new Error(`no verdict is kept as ${stored}`)
  return verdict
}

/** What a run with this exit code says about what was tested; undefined: nothing. */
export function toldBy(exitcode: number | null): Told | undefined {
  return ROWS[verdictOf(exitcode)].tells
}

/** The verdicts that say this about what was tested. */
export const verdictsTelling = (told: Told): readonly Verdict[] =>
  EVERY.filter(verdict => ROWS[verdict].tells === told)

/** The numbers, in the derived index, of verdicts that say nothing about what was tested. */
export const SILENT_NUMBERS: readonly number[] = EVERY.filter(one => ROWS[one].tells === undefined).map(
  one => ROWS[one].stored,
)

/** Exit codes that the statistics count as passed. */
export const STATISTICS_PASS: readonly number[] = EVERY.filter(hasPassed).flatMap(codesOf)

export function isRetryable(verdict: Verdict): boolean {
  return ROWS[verdict].retryable
}

/** Verdicts of runs that failed: their logs have lines that say why. */
export const FAILED_VERDICTS: readonly Verdict[] = EVERY.filter(verdict => isRetryable(verdict))

/** Whether the exit code says that the run ended before its tests: it was killed, or its testbed failed. */
export function isCutShort(exitcode: number | null): boolean {
  return ROWS[verdictOf(exitcode)].cutShort || (exitcode ?? 0) < 0
}

/** The outcome that is reported to GitHub for a run with this exit code. */
export function githubOutcomeOf(exitcode: number): GithubOutcome {
  return ROWS[verdictOf(exitcode)].codes[exitcode] ?? 'error'
}

/** The number of a verdict in the derived index. */
export function storedNumber(verdict: Verdict): number {
  return ROWS[verdict].stored
}

/** The same for the verdict of an exit code. */
export function storedVerdict(exitcode: number | null): number {
  return storedNumber(verdictOf(exitcode))
}

/** The numbers for a filter's exit codes; for all verdicts if it has none. */
export function storedVerdicts(exitcodes: readonly number[] | undefined): number[] {
  return exitcodes === undefined
    ? EVERY.map(verdict => ROWS[verdict].stored)
    : [...new Set(exitcodes.map(storedVerdict))]
}

/**
 * The version of the stored data: its numbers with their exit codes, `0=0,2 1=4,6,12,14 …`. It is derived
 * from the table, so that no change goes unnoticed: data stored under another version is made again.
 */
export const STORED_VERDICTS = EVERY.map(verdict => `${ROWS[verdict].stored}=${codesOf(verdict)}`).join(' ')
