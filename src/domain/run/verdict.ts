/**
 * The table of verdicts: all that is known of each, but for its colour and icon, which the style has under its word
 * (`web/style/verdicts.css`). Another verdict is a row here and a class there.
 */

/** autopkgtest's own exit code for a testbed that failed; the worker gives it too, where it cannot get one. */
export const EXIT_TESTBED_FAILED = 16
/** Made by the worker for tests that are never run. */
export const EXIT_NEVER_RUN = 99

/** What a run can say about what it tested; the derived index keeps the place in this list. */
export const TOLD = ['pass', 'neutral', 'failure'] as const
export type Told = (typeof TOLD)[number]

/** GitHub's words for what a run came to. */
export type GithubOutcome = 'success' | 'failure' | 'error'

interface VerdictRow {
  /**
   * The exit codes, autopkgtest(1) "EXIT STATUS", and what GitHub is told of each, by the rules of the service that
   * workers and upstreams know: a neutral run, too, is an error there.
   */
  readonly codes: Readonly<Record<number, GithubOutcome>>
  /** Whether nothing failed in it: a test that is never run has not passed. */
  readonly passes: boolean
  /** Whether running it again is offered: not for what passed, had nothing to test, or is never run. */
  readonly retryable: boolean
  /** What it says about what was tested; undefined: nothing, as nothing was tested. */
  readonly tells: Told | undefined
  /** Whether it means by itself that tests were not ended. */
  readonly cutShort: boolean
  /** As the derived index keeps it. */
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
  /** Any code that is none of the others', and none at all. */
  otherfail: {
    codes: {},
    passes: false,
    retryable: true,
    tells: 'failure',
    cutShort: false,
    stored: 6,
  },
} as const satisfies Record<string, VerdictRow>

/** What a run came to, as shown from autopkgtest's exit code. */
export type Verdict = keyof typeof VERDICTS

const ROWS: Readonly<Record<Verdict, VerdictRow>> = VERDICTS
const EVERY = Object.keys(ROWS) as Verdict[]
const codesOf = (verdict: Verdict): number[] => Object.keys(ROWS[verdict].codes).map(Number)
const BY_CODE = new Map(EVERY.flatMap(verdict => codesOf(verdict).map(code => [code, verdict])))

export function verdictOf(exitcode: number | null): Verdict {
  return (exitcode === null ? undefined : BY_CODE.get(exitcode)) ?? 'otherfail'
}

/** The verdicts one can filter by, in the order in which they are offered: those that have exit codes of their own. */
export const FILTERABLE_VERDICTS: readonly Verdict[] = EVERY.filter(verdict => codesOf(verdict).length > 0)

const CODES: ReadonlyMap<string, readonly number[]> = new Map(
  FILTERABLE_VERDICTS.map(verdict => [verdict, codesOf(verdict)]),
)

/** The exit codes behind a filter word; undefined for a word that does not filter (`otherfail` included). */
export function exitcodesOf(word: string): readonly number[] | undefined {
  return CODES.get(word)
}

export function hasPassed(verdict: Verdict): boolean {
  return ROWS[verdict].passes
}

/** Those after which a test does not hold anything up. */
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

/** The numbers, in the derived index, of verdicts that say nothing about what was tested. */
export const SILENT_NUMBERS: readonly number[] = EVERY.filter(one => ROWS[one].tells === undefined).map(
  one => ROWS[one].stored,
)

/** Exit codes that the statistics count as passed. */
export const STATISTICS_PASS: readonly number[] = EVERY.filter(hasPassed).flatMap(codesOf)

export function isRetryable(verdict: Verdict): boolean {
  return ROWS[verdict].retryable
}

/** Of what was run and has failed: there are lines in the log that say why. */
export const FAILED_VERDICTS: readonly Verdict[] = EVERY.filter(verdict => isRetryable(verdict))

/** Whether the exit code says that the run ended before its tests did: it was killed, or its testbed failed. */
export function isCutShort(exitcode: number | null): boolean {
  return ROWS[verdictOf(exitcode)].cutShort || (exitcode ?? 0) < 0
}

/** What GitHub is told of a run with this exit code. */
export function githubOutcomeOf(exitcode: number): GithubOutcome {
  return ROWS[verdictOf(exitcode)].codes[exitcode] ?? 'error'
}

/** The number under which the derived index keeps a verdict. */
export function storedNumber(verdict: Verdict): number {
  return ROWS[verdict].stored
}

/** The same of an exit code's. */
export function storedVerdict(exitcode: number | null): number {
  return storedNumber(verdictOf(exitcode))
}

/** Those of a filter's exit codes; of all verdicts where it has none. */
export function storedVerdicts(exitcodes: readonly number[] | undefined): number[] {
  return exitcodes === undefined
    ? EVERY.map(verdict => ROWS[verdict].stored)
    : [...new Set(exitcodes.map(storedVerdict))]
}

/**
 * The version of what is stored: its numbers with their exit codes, `0=0,2 1=4,6,12,14 …`. It follows from the table, so
 * that no change of it goes unnoticed: what was stored under another one is made again.
 */
export const STORED_VERDICTS = EVERY.map(verdict => `${ROWS[verdict].stored}=${codesOf(verdict)}`).join(' ')
