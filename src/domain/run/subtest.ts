import type { Verdict } from './verdict.ts'

/**
 * The table of autopkgtest's results for one test inside a run, worst first, in the order in which they are
 * shown.
 */
const RESULTS = {
  FAIL: { fails: true, looksLike: 'fail' },
  /** Only with --validate. */
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
 * `%-20s %s` of name and result: a longer name is followed by one space. A name contains no blank. No two
 * repetitions here can match the same character, so nothing is tried twice; the rest, the reason, is cut off
 * by its position.
 */
const NAME_AND_RESULT = /^(\S+) +(PASS|FAIL|SKIP|FLAKY|BROKEN)(?= |$)/

/**
 * Undefined for every line that is not a result (`blame:`, `badpkg:`, an error text). Only a newline ends a
 * line: a carriage return or U+2028 in a reason is part of it.
 */
export function parseSubtestLine(line: string): Subtest | undefined {
  const text = line.trimEnd()
  const found = NAME_AND_RESULT.exec(text)
  if (found === null) return undefined
  const [whole, name, result] = found
  return { name: name as string, result: result as SubtestResult, detail: text.slice(whole.length).trim() }
}

/**
 * The number of passed subtests, and of others, that are read: real files have a few hundred lines, and no
 * page shows this many.
 */
const MOST_READ = 20_000

/**
 * The subtests of a `summary` file in order. A test that is skipped for a restriction is listed twice (the
 * control file is read before and after the build): equal lines count once. Tests may share a name: all their
 * results are returned, worse as well as better ones. Beyond the limit the rest is omitted, separately for
 * passed subtests and others.
 */
export function parseSummary(summary: string): Subtest[] {
  const found = new Map<string, Subtest>()
  const room = { passed: MOST_READ, other: MOST_READ }
  for (const line of linesOf(summary)) {
    const subtest = parseSubtestLine(line)
    if (subtest === undefined) continue
    const { name, result, detail } = subtest
    const kind = result === 'PASS' ? 'passed' : 'other'
    const key = `${name} ${result} ${detail}`
    if (room[kind] === 0 || found.has(key)) continue
    room[kind] -= 1
    found.set(key, subtest)
    if (room.passed + room.other === 0) break
  }
  return [...found.values()]
}

/** Lines one by one: a hundred thousand of them together take many times the memory of their text. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    yield text.slice(at, end)
    at = end + 1
  }
}
