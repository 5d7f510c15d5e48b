import type { LogIndex, LogSection } from './log-index.ts'
import { LineSplitter, type LogLine } from './log-lines.ts'
import { parseSubtestLine } from './subtest.ts'

/**
 * autopkgtest's own lines: `autopkgtest [HH:MM:SS]: TEXT`; from 5.29 on every line has the seconds since the
 * start before it (`%3ds `).
 */
const OWN = /^(?: *\d+s )?autopkgtest \[\d\d:\d\d:\d\d\]: (.*)$/s
const PREFIX = /^ *\d+s /
const TEST = /^test (\S+): (.*)$/s
const OUTPUT_BEGINS = '[-----------------------'
const OUTPUT_ENDS = '-----------------------]'
/** After output that has no newline at its end, the closing marker stands behind it on the same line. */
const CLOSING = /autopkgtest \[\d\d:\d\d:\d\d\]: test (\S+): -----------------------\]\s*$/

/** How much of a line is looked at; names and markers are far shorter. */
const LOOK = 2048
/** A log with more tests than this is shown with its first ones folded apart, and the rest in one. */
const MOST_SECTIONS = 5000

const decoder = new TextDecoder()
const decode = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, LOOK))

const SPACE = 32
const NINE = 57
const LETTER_A = 97

/** Cheap test that rules out nearly all lines: blanks and digits, perhaps `s `, then the `a` of `autopkgtest`. */
function mayBeOwn(head: Uint8Array): boolean {
  let at = 0
  while (at < 12 && (head[at] as number) <= NINE && (head[at] as number) >= SPACE) at++
  return head[at] === LETTER_A || (head[at] === 115 && head[at + 1] === SPACE && head[at + 2] === LETTER_A)
}

/**
 * Follows a log line by line and says where sections begin. Inside a test's output nothing but that test's own
 * closing marker counts, so that a test may print whatever looks like a marker.
 */
export class LogSections {
  readonly sections: Writable<LogSection>[] = [{ kind: 'preparation', name: '', line: 1, offset: 0 }]
  /** The last line in which autopkgtest reported an error; void once a summary follows. */
  errorLine: number | undefined
  /** The test whose output is passing by. */
  #output: string | undefined
  #byName = new Map<string, Writable<LogSection>>()

  get #current(): Writable<LogSection> {
    return this.sections[this.sections.length - 1] as Writable<LogSection>
  }

  /** Looks at the next line; the section that begins with it, if one does. */
  line(line: LogLine): LogSection | undefined {
    if (this.#output !== undefined) {
      this.#lineOfOutput(line)
      return undefined
    }
    if (mayBeOwn(line.head)) {
      const own = OWN.exec(decode(line.head))
      if (own !== null) return this.#ownLine((own[1] as string).trimEnd(), line)
    }
    if (this.#current.kind !== 'preparation') this.#resultLine(line)
    return undefined
  }

  #lineOfOutput(line: LogLine): void {
    if (line.tail[line.tail.length - 1] !== 93 /* ] */ && line.tail[line.tail.length - 2] !== 93) {
      if (mayBeOwn(line.head)) this.#noteError(OWN.exec(decode(line.head))?.[1], line)
      return
    }
    const closing = CLOSING.exec(decoder.decode(line.tail))
    if (closing?.[1] === this.#output) this.#output = undefined
  }

  #noteError(own: string | undefined, line: LogLine): void {
    if (own?.startsWith('ERROR: ')) this.errorLine = line.number
  }

  #ownLine(own: string, line: LogLine): LogSection | undefined {
    this.#noteError(own, line)
    if (own === '@@@@@@@@@@@@@@@@@@@@ summary') {
      this.errorLine = undefined
      return this.#begin({ kind: 'summary', name: '', line: line.number, offset: line.offset })
    }
    const test = TEST.exec(own)
    if (test === null) return undefined
    const [, name, what] = test as unknown as [string, string, string]
    if (what === 'preparing testbed') {
      return this.#begin({ kind: 'test', name, line: line.number, offset: line.offset })
    }
    const section = this.#byName.get(name)
    if (what === OUTPUT_BEGINS) {
      this.#output = name
      if (section !== undefined) section.outputLine = line.number + 1
    } else if (what === OUTPUT_ENDS) {
      this.#output = undefined
    }
    return undefined
  }

  #begin(section: Writable<LogSection>): LogSection | undefined {
    if (this.sections.length >= MOST_SECTIONS && section.kind === 'test') return undefined
    this.sections.push(section)
    if (section.kind === 'test') this.#byName.set(section.name, section)
    return section
  }

  /** A result stands after the output of its test, and again in the summary, which has the last word. */
  #resultLine(line: LogLine): void {
    if (line.length > LOOK) return
    const subtest = parseSubtestLine(decode(line.head).replace(PREFIX, ''))
    if (subtest === undefined) return
    const section = this.#byName.get(subtest.name)
    if (section === undefined || (this.#current.kind === 'test' && section !== this.#current)) return
    section.result = subtest.result
    section.detail = subtest.detail
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Reads a whole log in chunks of its uncompressed bytes and returns its index at the end. */
export class LogIndexer {
  readonly #sections = new LogSections()
  readonly #splitter = new LineSplitter(line => void this.#sections.line(line), LOOK)

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk)
  }

  end(): LogIndex {
    const { lines, bytes } = this.#splitter.end()
    const { sections, errorLine } = this.#sections
    return { sections, lines, bytes, ...(errorLine === undefined ? {} : { errorLine }) }
  }
}
