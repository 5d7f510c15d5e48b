import { withoutEscapes } from '../log-escapes.ts'
import type { LogLine } from '../log-lines.ts'
import { type LineMatcher, LOOKED_AT, lineMatcher, type WantedLine } from './line-matcher.ts'

export interface LineQuery extends WantedLine {
  /** The number of lines to return before and after each match. */
  readonly context: number
  /** Only matches after this line are returned; all are counted. */
  readonly after: number
}

export interface FoundLine {
  readonly number: number
  /** The text without escapes, shortened. */
  readonly text: string
  readonly isFound: boolean
}

/** The number of characters of a line that are returned. */
const LONGEST = 500
/** The limit on the steps of a pattern: a few seconds. */
const MOST_STEPS = 300_000_000

/**
 * Searches the lines of a log for a text, or a pattern, as they stream by; its memory does not grow with the
 * log.
 */
export class LineSearch {
  readonly #query: LineQuery
  readonly #most: number
  readonly #matcher: LineMatcher
  readonly #decoder = new TextDecoder()
  readonly #before: FoundLine[] = []
  #following = 0
  #given = 0
  /** The lines to return: matches after the requested line, each with the lines around it. */
  readonly lines: FoundLine[] = []
  /** The number of matches in total, and of those before the lines that are returned. */
  found = 0
  earlier = 0
  /** Whether the search was abandoned before the end of the log. */
  isCut = false

  /**
   * Throws BadInput for an invalid pattern.
   * @param most the greatest number of matches to return
   */
  constructor(query: LineQuery, most: number) {
    this.#query = query
    this.#most = most
    this.#matcher = lineMatcher(query)
  }

  line({ number, head }: LogLine): void {
    if (this.isCut) return
    const whole = withoutEscapes(this.#decoder.decode(head.subarray(0, LOOKED_AT)))
    const isFound = this.#matcher.matches(whole)
    const line: FoundLine = { number, text: whole.slice(0, LONGEST), isFound }
    if (isFound) this.#note(line)
    else if (this.#following > 0) {
      this.#following -= 1
      this.lines.push(line)
    } else this.#remember(line)
    if (this.#matcher.steps > MOST_STEPS) this.isCut = true
  }

  #note(line: FoundLine): void {
    this.found += 1
    if (line.number <= this.#query.after) this.earlier += 1
    if (line.number <= this.#query.after || this.#given >= this.#most) {
      this.#remember(line)
      return
    }
    this.#given += 1
    this.lines.push(...this.#before.splice(0), line)
    this.#following = this.#query.context
  }

  #remember(line: FoundLine): void {
    if (this.#query.context === 0 || this.#given >= this.#most) return
    this.#before.push(line)
    if (this.#before.length > this.#query.context) this.#before.shift()
  }
}
