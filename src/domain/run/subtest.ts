import type { Verdict } from './verdict.ts'

/** The table of what autopkgtest says of one test inside a run, worst first, as they are shown. */
const RESULTS = {
  FAIL: { fails: true, looksLike: 'fail' },
  /** Comes with --validate only. */
  BROKEN: { fails: true, looksLike: 'error' },
  FLAKY: { fails: false, looksLike: 'tmpfail' },
  SKIP: { fails: false, looksLike: 'neutral' },
  PASS: { fails: false, looksLike: 'pass' },
} as const satisfies Record<string, { readonly fails: boolean; readonly looksLike: Verdict }>

export type SubtestResult = keyof typeof RESULTS

/** Worst first. */
export const SUBTEST_RESULTS = Object.keys(RESULTS) as readonly SubtestResult[]

/** Whether it alone makes the run fail. */
export function hasFailed(result: SubtestResult): boolean {
  return RESULTS[result].fails
}

/** The verdict whose colour and icon it has. */
export function looksLike(result: SubtestResult): Verdict {
  return RESULTS[result].looksLike
}

/** One named test inside a run: a line of `summary`. */
export interface Subtest {
  readonly name: string
  readonly result: SubtestResult
  /** The reason, as printed; '' if there is none. */
  readonly detail: string
}

/**
 * `%-20s %s` of name and result: a longer name has one space. A name has no blank in it. No two repetitions here can
 * take the same character, so that nothing is tried twice; what follows, the reason, is cut off by its place.
 */
const NAME_AND_RESULT = /^(\S+) +(PASS|FAIL|SKIP|FLAKY|BROKEN)(?= |$)/

/**
 * Undefined for every line that is not a result (`blame:`, `badpkg:`, an error text). A line ends at its newline alone:
 * a carriage return or U+2028 in a reason is part of it.
 */
export function parseSubtestLine(line: string): Subtest | undefined {
  const text = line.trimEnd()
  const found = NAME_AND_RESULT.exec(text)
  if (found === null) return undefined
  const [whole, name, result] = found
  return { name: name as string, result: result as SubtestResult, detail: text.slice(whole.length).trim() }
}

/**
 * The subtests of a `summary` file in order. A test that is skipped for a restriction is listed twice (the
 * control file is read before and after the build): equal lines count once. Tests may share a name: each of their
 * results is there, the worse as well as the better.
 */
export function parseSummary(summary: string): Subtest[] {
  const found = new Map<string, Subtest>()
  for (const line of summary.split('\n')) {
    const subtest = parseSubtestLine(line)
    if (subtest === undefined) continue
    const { name, result, detail } = subtest
    found.set(`${name} ${result} ${detail}`, subtest)
  }
  return [...found.values()]
}
