import { withoutEscapes } from '../log-escapes.ts'
import type { LogLine } from '../log-lines.ts'
import { type LineMatcher, LOOKED_AT, lineMatcher, type WantedLine } from './line-matcher.ts'

export interface LineQuery extends WantedLine {
  /** Lines that are given before and after each that is found. */
  readonly context: number
  /** Only what is found behind this line is given; all is counted. */
  readonly after: number
}

export interface FoundLine {
  readonly number: number
  /** Without escapes; cut. */
  readonly text: string
  readonly isFound: boolean
}

/** What is given of a line. */
const LONGEST = 500
/** Steps of a pattern: some seconds. */
const MOST_STEPS = 300_000_000

/** Looks for a text, or a pattern, in the lines of a log that pass by; in memory that does not grow with it. */
export class LineSearch {
  readonly #query: LineQuery
  readonly #most: number
  readonly #matcher: LineMatcher
  readonly #decoder = new TextDecoder()
  readonly #before: FoundLine[] = []
  #following = 0
  #given = 0
  /** The lines to give: those that are found behind the place that was asked for, each with those around it. */
  readonly lines: FoundLine[] = []
  /** How many are found in all, and how many of those stand before the lines that are given. */
  found = 0
  earlier = 0
  /** Whether it was given up before the end of the log. */
  isCut = false

  /** @param most lines that are found to give; BadInput for a pattern that is none */
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
