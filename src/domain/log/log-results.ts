import { parseSubtestLine, type Subtest } from '../run/subtest.ts'
import type { LogSection } from './log-index.ts'
import { endOfSeconds } from './log-markers.ts'

/** A section whose result is not known yet. */
export type OpenSection = { -readonly [K in keyof LogSection]: LogSection[K] }

/** Whether a text can contain a result. */
export const mayHaveResult = (text: string): boolean => /PASS|FAIL|SKIP|FLAKY|BROKEN/.test(text)

const WORDS = ['PASS', 'FAIL', 'SKIP', 'FLAKY', 'BROKEN'] as const
/** Results are printed as `%-20s %s`. */
const NAME_WIDTH = 20

/** The result in a line, with or without the seconds before it. */
function readResult(line: string): Subtest | undefined {
  const start = endOfSeconds(line)
  return (start > 0 ? parseSubtestLine(line.slice(start)) : undefined) ?? parseSubtestLine(line)
}

/**
 * A result with other text before it on its line, of a known test. The width that names are padded to tells
 * where a name begins; a name that fills it is only found if it is `long`.
 */
function findResult(line: string, isKnown: (name: string) => boolean, long?: string): Subtest | undefined {
  const longest = long !== undefined && long.length >= NAME_WIDTH ? long.length : 0
  for (const word of WORDS) {
    for (let at = line.indexOf(` ${word}`); at !== -1; at = line.indexOf(` ${word}`, at + 1)) {
      let end = at
      while (line[end - 1] === ' ') end--
      const length = at === end ? longest : NAME_WIDTH - (at - end)
      const name = line.slice(end - length, end)
      if (length < 1 || length > end || (name !== long && !isKnown(name))) continue
      const found = parseSubtestLine(line.slice(end - length))
      if (found?.name === name) return found
    }
  }
  return undefined
}

/**
 * The results of a log's sections. A result that follows the end of a test's output is firm; others only look
 * like results, and the summary takes precedence over them.
 */
export class SectionResults {
  readonly #firm = new Set<OpenSection>()
  readonly #byName = new Map<string, OpenSection[]>()
  readonly #summary = new Map<string, Subtest[]>()

  add(section: OpenSection): void {
    const same = this.#byName.get(section.name)
    if (same === undefined) this.#byName.set(section.name, [section])
    else same.push(section)
  }

  /** Searches a line of a test's section for the test's result; true if it is there. */
  read(section: OpenSection, line: string, isFirm: boolean): boolean {
    if (this.#firm.has(section)) return false
    const isIts = (name: string): boolean => name === section.name
    const exact = readResult(line)
    const found = exact && isIts(exact.name) ? exact : findResult(line, isIts, section.name)
    if (found === undefined) return false
    put(section, found)
    if (isFirm) this.#firm.add(section)
    return true
  }

  /** A line of the summary. */
  readSummary(line: string): void {
    const isKnown = (name: string): boolean => this.#byName.has(name)
    const exact = readResult(line)
    const found = exact && isKnown(exact.name) ? exact : findResult(line, isKnown)
    if (found === undefined) return
    const same = this.#summary.get(found.name)
    if (same === undefined) this.#summary.set(found.name, [found])
    else same.push(found)
    if (same !== undefined && same.length > (this.#byName.get(found.name)?.length ?? 0)) same.shift()
  }

  /**
   * Gives each section without a firm result the one from the summary. Several tests may share a name, in the
   * same order; those skipped before the build come first in the summary, and have no section.
   */
  finish(): void {
    for (const [name, results] of this.#summary) {
      for (const [at, section] of (this.#byName.get(name) ?? []).entries()) {
        const result = results[at]
        if (result !== undefined && !this.#firm.has(section)) put(section, result)
      }
    }
  }
}

function put(section: OpenSection, { result, detail }: Subtest): void {
  section.result = result
  section.detail = detail
}
