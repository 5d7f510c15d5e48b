/** What autopkgtest says of one test inside a run. BROKEN comes with --validate only. */
export type SubtestResult = 'PASS' | 'FAIL' | 'SKIP' | 'FLAKY' | 'BROKEN'

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
