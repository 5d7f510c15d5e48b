import { Candidates } from './candidates.ts'
import { isDecoy } from './decoys.ts'
import {
  type Candidate,
  type Follower,
  type LineRule,
  LONGEST,
  type Rule,
  STRENGTHS,
  type Strength,
  type TextLine,
} from './rule.ts'
import { RULES } from './rules.ts'
import { LineFilter } from './search/line-filter.ts'
import { type ReadLine, RememberedLines } from './search/remembered-lines.ts'
import { PieceSearch } from './search/word-search.ts'
import { endOfClock, textsOf } from './texts-of-line.ts'

/** The number of preceding lines that are available. */
const AT_HAND = 32
/** The number of blocks that are followed at the same time. */
const MOST_FOLLOWED = 8
/** The number of lines of one part that are decoded; after those, only the last ones are. */
const MOST_LOOKS = 8000
/** The number of lines that are remembered by their hash. */
const MOST_SHAPES = 10_000
/** The number of bytes of a line that are examined. */
const LOOK = 2048

const NO_RULES: ReadonlySet<number> = new Set()

/** What a line turned out to be: nothing, a candidate, or the beginning of a block. */
type Said = 'nothing' | 'candidate' | 'opened'

const SPACE = 32
const TAB = 9
const ESCAPE = 27
const BRACKET = 91
const LETTER_AT = 64

const STRONGEST = STRENGTHS.at(-1) as Strength
const RANK = new Map(STRENGTHS.map((strength, rank) => [strength, rank]))
const filters = new Map<Strength | undefined, LineFilter>()

/**
 * Finds the lines that may match a rule when only candidates above a strength are still needed. The lines of
 * a block may have any strength. Each filter is made when first needed, as that takes longer than reading
 * most logs.
 */
function filterAbove(settled: Strength | undefined): LineFilter {
  const known = filters.get(settled)
  if (known !== undefined) return known
  const made = new LineFilter(RULES.map(rule => (mayMatterAbove(settled, rule) ? rule : {})))
  filters.set(settled, made)
  return made
}

function mayMatterAbove(settled: Strength | undefined, rule: Rule): boolean {
  if (settled === undefined) return true
  const most = 'opens' in rule ? (rule.atMost ?? STRONGEST) : rule.strength
  const rank = RANK.get(most) as number
  return rank > (RANK.get(settled) as number)
}

/** Strengths that are based on a line's words alone, which may be about errors that did not happen. */
const MAY_BE_DECOY = new Set(['hint', 'error'])

/** State that the readers of all parts of a log share. */
export interface ReadersOfLog {
  /** Whether autopkgtest printed its clock before each line. */
  readonly hasClock: boolean
  /** Hashes of lines in which no rule finds a candidate, from all parts. */
  readonly dull: Set<number>
}

/** Reads the lines of one part of a log, and keeps those that may say why it failed. */
export class LineReader {
  readonly candidates = new Candidates()
  readonly #recent = new RememberedLines(AT_HAND)
  #read = 0
  #followers: Follower[] = []
  /** Hashes of lines that were examined, without their numbers. */
  readonly #shapes = new Set<number>()
  #looks = 0
  #filter = filterAbove(undefined)
  #search: PieceSearch | undefined
  readonly #log: ReadersOfLog
  readonly #found = (candidate: Candidate): void => {
    if (!this.candidates.add(candidate)) return
    const { settled } = this.candidates
    if (settled === undefined) return
    this.#filter = filterAbove(settled)
    this.#search = undefined
  }

  constructor(log: ReadersOfLog) {
    this.#log = log
  }

  line(line: ReadLine): void {
    const bytes = line.head
    const to = Math.min(bytes.length, LOOK)
    const from = this.#log.hasClock ? endOfClock(bytes) : 0
    const begin = beginOfText(bytes, from)
    const matters = this.#looks < MOST_LOOKS && this.#mayMatter(line, begin, to)
    if (this.#followers.length > 0) {
      this.#look(line, from, matters ? this.#filter.rulesFor(bytes, begin, to) : NO_RULES)
    } else if (matters) {
      this.#lookIfNew(line, from, begin, to)
    }
    this.#recent.set(this.#read % AT_HAND, line)
    this.#read += 1
  }

  /** Whether a line may match any rule. */
  #mayMatter({ piece, at, head }: ReadLine, begin: number, to: number): boolean {
    if (this.#filter.mayStart(head, begin, to)) return true
    if (piece === undefined) return this.#filter.rulesFor(head, begin, to).size > 0
    if (this.#search?.piece !== piece) this.#search = new PieceSearch(this.#filter.search, piece)
    return this.#search.isWithin(at, at + to)
  }

  /** To be called once, after the last line. */
  end(): void {
    if (this.#looks >= MOST_LOOKS) this.#lookAtEnd()
    for (const follower of this.#followers) follower(undefined, this.#found)
    this.#followers = []
  }

  /** Examines the last lines, if there were too many lines with words of trouble to examine all. */
  #lookAtEnd(): void {
    for (let back = Math.min(AT_HAND, this.#read); back > 0; back--) {
      const line = this.#recentLine(back) as ReadLine
      const to = Math.min(line.head.length, LOOK)
      const from = this.#log.hasClock ? endOfClock(line.head) : 0
      this.#look(line, from, this.#filter.rulesFor(line.head, beginOfText(line.head, from), to))
    }
  }

  /**
   * Examines a line unless it is like an earlier one, which adds nothing unless that one opened a block: the
   * next block may differ.
   */
  #lookIfNew(line: ReadLine, from: number, begin: number, to: number): void {
    const shape = shapeOf(line.head, begin, to)
    if (this.#log.dull.has(shape) || this.#shapes.has(shape)) return
    const said = this.#look(line, from, this.#filter.rulesFor(line.head, begin, to))
    if (said === 'opened') return
    // Once this part has a strong candidate, weaker rules were not tried: another part may need them
    const isDull = said === 'nothing' && this.candidates.settled === undefined
    const shapes = isDull ? this.#log.dull : this.#shapes
    if (shapes.size < MOST_SHAPES) shapes.add(shape)
  }

  /** The last lines that are not blank, the last one first. */
  lastLines(most: number): TextLine[] {
    const found: TextLine[] = []
    for (let back = 1; back <= AT_HAND && found.length < most; back++) {
      const line = this.#recentLine(back)
      const text = line && this.#textOf(line)
      if (line !== undefined && text !== undefined && text.trim() !== '')
        found.push({ number: line.number, text })
    }
    return found
  }

  #look(line: ReadLine, from: number, rules: ReadonlySet<number>): Said {
    this.#looks += 1
    let said: Said = 'nothing'
    const texts = textsOf(line.head.subarray(from, LOOK), LONGEST)
    if (texts.length === 0) texts.push('')
    for (const text of texts) {
      const textLine = { number: line.number, text }
      let claimed = false
      if (this.#followers.length > 0) {
        this.#followers = this.#followers.filter(next => {
          const goesOn = next(textLine, this.#found)
          claimed ||= goesOn === 'claimed'
          return goesOn !== false
        })
      }
      if (rules.size === 0 || claimed) continue
      const now = this.#apply(textLine, rules)
      if (said !== 'opened' && now !== 'nothing') said = now
    }
    return said
  }

  #apply(line: TextLine, rules: ReadonlySet<number>): Said {
    let opened = false
    let best: { rule: LineRule; rank: number; number: number } | undefined
    for (const number of rules) {
      const rule = RULES[number]
      if (rule === undefined) continue
      if ('opens' in rule) {
        const match = rule.opens.exec(line.text)
        if (match === null || rule.unless?.test(line.text)) continue
        opened = true
        const follower = rule.follow(line, match, this.#before, this.#found)
        if (follower !== undefined) this.#followers = [...this.#followers, follower].slice(-MOST_FOLLOWED)
        continue
      }
      const rank = RANK.get(rule.strength) as number
      if (best !== undefined && (best.rank > rank || (best.rank === rank && best.number < number))) continue
      if (!rule.is.test(line.text) || rule.unless?.test(line.text)) continue
      best = { rule, rank, number }
    }
    const otherwise = opened ? 'opened' : 'nothing'
    if (best === undefined) return otherwise
    const { strength, kind } = best.rule
    if (MAY_BE_DECOY.has(strength) && isDecoy(line.text)) return otherwise
    const text = line.text.trim()
    this.#found({ ...line, text, strength, kind: typeof kind === 'function' ? kind(text) : kind })
    return opened ? 'opened' : 'candidate'
  }

  #recentLine(back: number): ReadLine | undefined {
    return back > this.#read || back > AT_HAND ? undefined : this.#recent.get((this.#read - back) % AT_HAND)
  }

  readonly #before = (back: number): string | undefined => {
    const line = this.#recentLine(back)
    return line && this.#textOf(line)
  }

  #textOf(line: ReadLine): string {
    const from = this.#log.hasClock ? endOfClock(line.head) : 0
    return textsOf(line.head.subarray(from, LOOK), LONGEST).at(-1) ?? ''
  }
}

/** Skips blanks and the escape sequences of colours. */
function beginOfText(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    while (bytes[at] === SPACE || bytes[at] === TAB) at += 1
    if (bytes[at] !== ESCAPE || bytes[at + 1] !== BRACKET) return at
    at += 2
    while ((bytes[at] as number) < LETTER_AT) at += 1
    at += 1
  }
}

const ZERO = 48
const NINE = 57

/** A hash of a line in which numbers only differ by whether they are zero (FNV-1a, 32 bits). */
function shapeOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) {
    let byte = bytes[at] as number
    if (byte >= ZERO && byte <= NINE) {
      let isZero = byte === ZERO
      while (at + 1 < to && (bytes[at + 1] as number) >= ZERO && (bytes[at + 1] as number) <= NINE) {
        at += 1
        isZero &&= bytes[at] === ZERO
      }
      byte = isZero ? ZERO : NINE
    }
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return hash
}
