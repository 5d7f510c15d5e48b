import { LogClock } from './log-clock.ts'
import { ErrorTrail } from './log-errors.ts'
import { withoutEscapes } from './log-escapes.ts'
import type { LogIndex, LogSection } from './log-index.ts'
import { LineSplitter, type LogLine } from './log-lines.ts'
import { cutLine, type Marker, readMarker } from './log-markers.ts'
import { mayHaveResult, type OpenSection, SectionResults } from './log-results.ts'

/**
 * The number of bytes at the beginning of a line that are examined, besides its end; names and markers are
 * far shorter.
 */
const LOOK = 8192
/** In a log with more tests than this, only the first ones have a section each; the rest share one. */
const MOST_SECTIONS = 5000

const NONE: readonly LogSection[] = []

const decoder = new TextDecoder()

/** A line as text without escapes; of a line that is too long, its beginning and its end. */
function textsOf({ head, tail, length }: LogLine): readonly string[] {
  const start = head.subarray(0, LOOK)
  if (start.length === length) return [withoutEscapes(decoder.decode(start))]
  const between = length - start.length - tail.length
  if (between > 0) return [start, tail].map(bytes => withoutEscapes(decoder.decode(bytes)))
  const whole = new Uint8Array(length)
  whole.set(start)
  whole.set(tail, length - tail.length)
  return [withoutEscapes(decoder.decode(whole))]
}

/**
 * The part of a section that a line belongs to: the preparation, the test's output, and what is reported
 * after it.
 */
export type LogPart = 'setup' | 'output' | 'after'

/** Called with each line as it streams by, and its place. */
export type FollowLine = (line: LogLine, section: LogSection, part: LogPart) => void

/**
 * Follows a log line by line and determines where sections begin. Inside a test's output only the marks at
 * the end of that test's own output count, so a test may print anything that looks like a marker. Own lines
 * are found after other text; each marker also stands for missing ones before it.
 */
export class LogSections {
  readonly sections: OpenSection[] = [{ kind: 'preparation', name: '', line: 1, offset: 0 }]
  readonly #results = new SectionResults()
  readonly #errors = new ErrorTrail()
  readonly #clock = new LogClock<OpenSection>()
  /** The test whose output is being read. */
  #output: string | undefined
  /** How far the current test is in its section. */
  #phase: 'before' | 'after output' | 'over' = 'before'
  #begun: LogSection[] = []
  #own = false

  /** Reads the next line, and returns the sections that begin with it, nearly always none. */
  line(line: LogLine): readonly LogSection[] {
    this.#own = false
    if (line.named) return this.#namedLine(line)
    this.#clock.line(line, this.#current)
    if (this.#output === undefined && this.#current.kind !== 'preparation') this.#resultLine(line)
    else if (this.#output !== undefined && this.#errors.isFollowing)
      this.#errors.follow(textsOf(line)[0] as string)
    return NONE
  }

  /** Whether the last line contains text of autopkgtest's own. */
  get isOwn(): boolean {
    return this.#own
  }

  /** The index, at the end of a log of so many lines and bytes. */
  index({ lines, bytes }: { readonly lines: number; readonly bytes: number }): LogIndex {
    this.#results.finish()
    const errorLine = this.#errors.line
    return { sections: this.sections, lines, bytes, ...(errorLine === undefined ? {} : { errorLine }) }
  }

  /**
   * The section that the last line belongs to: the same object for all its lines, completed as they are read.
   */
  get section(): LogSection {
    return this.#current
  }

  /**
   * The part of its section that the last line belongs to; a mark between two parts belongs to the second.
   */
  get part(): LogPart {
    if (this.#output !== undefined) return 'output'
    return this.#phase === 'before' ? 'setup' : 'after'
  }

  get #current(): OpenSection {
    return this.sections[this.sections.length - 1] as OpenSection
  }

  #namedLine(line: LogLine): readonly LogSection[] {
    const begun: LogSection[] = []
    this.#begun = begun
    const texts = textsOf(line)
    for (const text of texts) {
      const { before, own } = cutLine(text)
      if (this.#output === undefined) this.#readResult(before)
      else if (this.#errors.isFollowing && own.length === 0) this.#errors.follow(before)
      for (const said of own) {
        this.#own = true
        this.#follow(said, line)
      }
    }
    this.#clock.line(line, this.#current, this.#own ? texts.join(' ') : undefined)
    return begun
  }

  #follow(said: string, line: LogLine): void {
    const marker = readMarker(said)
    if (marker === undefined) return
    if (marker.what === 'error') {
      this.#errors.note(line.number, this.#output !== undefined)
      return
    }
    if (this.#output !== undefined) {
      if (marker.name !== this.#output || marker.what === 'preparing' || marker.what === 'output') return
      this.#output = undefined
    }
    this.#mark(marker, line)
    // A result may be joined to the end of the output
    if (marker.what === 'results' || marker.what === 'summary') this.#readResult(said)
  }

  #mark({ what, name }: Marker, line: LogLine): void {
    if (what === 'summary' || what === 'preparing') {
      this.#errors.clear()
      if (what === 'preparing') this.#begin('test', name, line)
      else if (this.#current.kind !== 'summary') this.#begin('summary', '', line)
      return
    }
    if (what === 'output') {
      const section = this.#sectionOf(name, line)
      if (section !== undefined) section.outputLine = line.number + 1
      this.#output = name
      return
    }
    this.#sectionOf(name, line, true)
    this.#phase = what === 'printed' ? 'over' : 'after output'
  }

  /** The section of the test that the line is about; it begins here if its first markers are missing. */
  #sectionOf(name: string, line: LogLine, hasOutput = false): OpenSection | undefined {
    const current = this.#current
    const isIts = current.kind === 'test' && current.name === name
    return isIts && (hasOutput || current.outputLine === undefined)
      ? current
      : this.#begin('test', name, line)
  }

  #begin(kind: LogSection['kind'], name: string, line: LogLine): OpenSection | undefined {
    if (this.sections.length >= MOST_SECTIONS && kind === 'test') return undefined
    const section: OpenSection = { kind, name, line: line.number, offset: line.offset }
    this.sections.push(section)
    this.#begun.push(section)
    this.#phase = 'before'
    if (kind === 'test') this.#results.add(section)
    return section
  }

  #resultLine(line: LogLine): void {
    if (this.#phase === 'over') return
    // Of a line that is too long, its end: late output precedes a result
    const text = decoder.decode(line.length > LOOK ? line.tail : line.head)
    if (mayHaveResult(text)) this.#readResult(withoutEscapes(text))
  }

  /** Reads a result after the output of its test, which the summary repeats. */
  #readResult(text: string): void {
    const current = this.#current
    if (current.kind === 'summary') this.#results.readSummary(text)
    if (current.kind !== 'test' || this.#phase === 'over') return
    const isFirm = this.#phase === 'after output'
    if (!this.#results.read(current, text, isFirm)) return
    this.#errors.clear()
    if (isFirm) this.#phase = 'over'
  }
}

/** Reads a whole log in chunks of its uncompressed bytes and returns its index at the end. */
export class LogIndexer {
  readonly #sections = new LogSections()
  readonly #splitter: LineSplitter

  /** @param follow called with each line, and its place */
  constructor(follow?: FollowLine) {
    const sections = this.#sections
    const onLine =
      follow === undefined
        ? (line: LogLine) => void sections.line(line)
        : (line: LogLine) => {
            sections.line(line)
            follow(line, sections.section, sections.part)
          }
    this.#splitter = new LineSplitter(onLine, LOOK)
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk)
  }

  /** The number of complete lines. */
  get lines(): number {
    return this.#splitter.lines
  }

  end(): LogIndex {
    return this.#sections.index(this.#splitter.end())
  }
}
