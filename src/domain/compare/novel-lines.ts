import { signatureText } from '../log/failure/signature.ts'
import { withoutEscapes } from '../log/log-escapes.ts'
import type { LogIndex, LogSection } from '../log/log-index.ts'
import type { LogLine } from '../log/log-lines.ts'
import { endOfSeconds } from '../log/log-markers.ts'
import type { LogPart } from '../log/log-sections.ts'
import { hasFailed } from '../run/subtest.ts'
import { lineKey } from './line-keys.ts'
import { NumberSet } from './number-set.ts'

/** Real logs have a hundred thousand different lines. */
const MOST_KEYS = 500_000
/** The number of lines that are examined for one test, and in total; the last ones, if there are more. */
const MOST_CANDIDATES = 20_000
const MOST_OF_ALL = 60_000
/** At least this many lines of the last tests are examined. */
const FEWEST = 1000
/** Each costs about ten microseconds, for a line of the other log that matches in no other way. */
const MOST_SIGNATURES = 100_000
/** The number of characters that are kept of a line. */
const LONGEST = 300
/** The number of bytes of a line that are read to compare it. */
const LOOK = 1000

export interface NovelLine {
  /** The line's number in its log, from 1. */
  readonly number: number
  /** The text as printed, without colours and the seconds before it; shortened. */
  readonly text: string
}

export interface NovelLines {
  /** Lines by failing test of the log, in the order of the log; '' for lines before the first test. */
  readonly tests: readonly { readonly name: string; readonly lines: readonly NovelLine[] }[]
  /** The number of lines of all tests, including those that are not returned. */
  readonly total: number
  /** Whether one of the logs was too long to be compared completely. */
  readonly isCut: boolean
}

interface UnmatchedLine {
  readonly number: number
  readonly text: string
  readonly key: number
}

interface SectionCandidates {
  readonly section: LogSection
  readonly most: number
  lines: UnmatchedLine[]
  isCut: boolean
}

/**
 * Finds the lines of the failing tests' output in one log that another log does not have. First pass the log
 * to {@link follow} line by line, then the other one to {@link other}: each once, in memory that does not
 * grow with them. Lines that only differ in numbers are equal, and so are those with the same signature.
 */
export class NovelLineFinder {
  /** Keys of all lines of the first log, so that few lines of the other one have to be examined closely. */
  readonly #own = new NumberSet(MOST_KEYS)
  /** The keys that the other log also has. */
  readonly #shared = new NumberSet(MOST_KEYS)
  /**
   * Lines of the other log that the first one does not have in the same form, without the parts that vary.
   */
  readonly #others = new NumberSet(MOST_SIGNATURES)
  readonly #signatures = new NumberSet(MOST_SIGNATURES)
  #sections: SectionCandidates[] = []
  #isCut = false
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()

  /** Called with each line of the log, and its place. */
  follow(line: LogLine, section: LogSection, part: LogPart): void {
    const key = lineKey(line.head.subarray(0, LOOK))
    this.#own.add(key)
    if (section.kind === 'summary' || (section.kind === 'test' && !isOutput(line, section, part))) return
    const candidates = this.#candidatesOf(section)
    candidates.lines.push({ number: line.number, text: this.#textOf(line), key })
    if (candidates.lines.length < 2 * candidates.most) return
    candidates.lines = candidates.lines.slice(-candidates.most)
    candidates.isCut = true
  }

  /** The section's lines, added after those of earlier sections that may have failed. */
  #candidatesOf(section: LogSection): SectionCandidates {
    const last = this.#sections.at(-1)
    if (last?.section === section) return last
    // Passed tests are not compared; the preparation may be, if no test has failed
    this.#sections = this.#sections.filter(one => mayHaveFailed(one.section))
    const held = this.#sections.reduce((sum, one) => sum + one.lines.length, 0)
    const most = Math.max(FEWEST, Math.min(MOST_CANDIDATES, MOST_OF_ALL - held))
    const begun: SectionCandidates = { section, most, lines: [], isCut: false }
    if (this.#sections.length < MOST_FAILING) this.#sections.push(begun)
    return begun
  }

  #textOf(line: LogLine): string {
    const text = withoutEscapes(this.#decoder.decode(line.head.subarray(0, LOOK)))
    return text.slice(endOfSeconds(text)).trimEnd().slice(0, LONGEST)
  }

  /**
   * Ends the first log: from here on only the output of what failed in it counts.
   * @returns whether there is anything to search for in the other log
   */
  chooseFailed({ sections, errorLine }: LogIndex): boolean {
    const failed = this.#sections.filter(
      ({ section }) => section.kind === 'test' && section.result !== undefined && hasFailed(section.result),
    )
    const ended = sections.findLast(section => section.line <= (errorLine ?? Number.POSITIVE_INFINITY))
    const last = this.#sections.filter(({ section }) => section === ended)
    this.#sections = failed.length > 0 ? failed : errorLine === undefined ? this.#unended() : last
    this.#isCut = this.#sections.some(one => one.isCut)
    return this.#sections.length > 0
  }

  /** Tests without a result, such as the one during which a run was killed. */
  #unended(): SectionCandidates[] {
    return this.#sections.filter(({ section }) => section.kind === 'test' && section.result === undefined)
  }

  /** Called with each line of the other log. */
  other(line: LogLine): void {
    const key = lineKey(line.head.subarray(0, LOOK))
    if (this.#own.has(key)) {
      this.#shared.add(key)
    } else if (!this.#others.has(key)) {
      if (this.#others.add(key)) this.#signatures.add(this.#signatureKey(this.#textOf(line)))
      else this.#isCut = true
    }
  }

  #signatureKey(text: string): number {
    return lineKey(this.#encoder.encode(signatureText(text)))
  }

  /**
   * The lines that the other log does not have; the first of equal lines.
   * @param most the greatest number of lines to return
   */
  *novel(most: number): Generator<void, NovelLines> {
    const seen = new NumberSet(MOST_KEYS)
    const tests: { name: string; lines: NovelLine[] }[] = []
    let [total, left, looked] = [0, most, 0]
    for (const { section, lines } of this.#sections) {
      const found: NovelLine[] = []
      for (const { number, text, key } of lines) {
        if (text === '' || this.#shared.has(key)) continue
        if (++looked % SIGNATURES_A_STEP === 0) yield
        const signature = this.#signatureKey(text)
        if (this.#signatures.has(signature) || seen.has(signature)) continue
        seen.add(signature)
        total += 1
        if (left-- > 0) found.push({ number, text })
      }
      if (found.length > 0) tests.push({ name: section.name, lines: found })
    }
    return { tests, total, isCut: this.#isCut }
  }
}

/** If more tests fail, only the first are examined: each may have megabytes. */
const MOST_FAILING = 50
/** The number of signatures in one step: a few milliseconds. */
const SIGNATURES_A_STEP = 200

const mayHaveFailed = ({ kind, result }: LogSection): boolean =>
  kind === 'preparation' || result === undefined || hasFailed(result)

/** Whether a test printed the line; the line that announces its start is autopkgtest's own. */
const isOutput = ({ number }: LogLine, { outputLine }: LogSection, part: LogPart): boolean =>
  part === 'output' && outputLine !== undefined && number >= outputLine
