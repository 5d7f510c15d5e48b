import type { LogIndex, LogSection } from '../../../../domain/log/log-index.ts'
import { LineSplitter, type LogLine } from '../../../../domain/log/log-lines.ts'
import { LogSections } from '../../../../domain/log/log-sections.ts'
import { HtmlBytes } from './html-bytes.ts'
import { LineHtml } from './line-text.ts'
import { SECTION_TAIL, sectionHead, unfolded } from './log-section.view.ts'

/** A longer line is cut, with a link to the raw log. */
const LONGEST_LINE = 64 * 1024
/** Lines that the browser lays out, or leaves alone, together. */
const BLOCK = 200

/**
 * Turns the uncompressed bytes of a log into HTML as they come, in foldable sections and blocks of lines. Holds
 * no more than one line and what was made and not taken.
 */
export class LogBody {
  readonly #splitter: LineSplitter
  readonly #sections = new LogSections()
  /** The index made before, by the first line of each section. */
  readonly #known: ReadonlyMap<number, LogSection>
  /** First lines of the sections to unfold; undefined while it is unknown what failed: then all are unfolded. */
  readonly #unfolded: ReadonlySet<number> | undefined
  /** Numbers of the lines that say why tests failed. */
  readonly #failures: ReadonlySet<number>
  readonly #rawLog: string
  readonly #text = new LineHtml()
  readonly #html = new HtmlBytes()
  #number = 1
  #inBlock = 0

  /**
   * @param options.before HTML that stands before the log
   * @param options.known the log's index, if there is one already; only then are results known when a section begins
   * @param options.failures the lines that say why tests failed: they are marked, and unfolded
   */
  constructor(options: {
    before?: string
    known: LogIndex | undefined
    failures?: readonly number[]
    rawLog: string
  }) {
    this.add(options.before ?? '')
    this.#rawLog = options.rawLog
    this.#failures = new Set(options.failures)
    this.#known = new Map(options.known?.sections.map(section => [section.line, section]))
    this.#unfolded = options.known && unfolded(options.known, options.failures)
    this.#splitter = new LineSplitter(line => this.#line(line), LONGEST_LINE)
    this.#open(this.#sections.sections[0] as LogSection)
  }

  /** Reads the next bytes. Returns how many bytes of HTML they came to. */
  push(chunk: Uint8Array): number {
    const before = this.#html.size
    this.#splitter.push(chunk)
    return this.#html.size - before
  }

  /** Adds HTML that stands between lines. */
  add(html: string): void {
    this.#html.text(html)
  }

  /** How many bytes of HTML were made and not taken. */
  get size(): number {
    return this.#html.size
  }

  /** The HTML that was made since the last time. */
  take(): Uint8Array {
    return this.#html.take()
  }

  /** Makes what is left at the end, to be taken; the index of what was read. */
  end(): LogIndex {
    const read = this.#splitter.end()
    this.#close()
    return this.#sections.index(read)
  }

  #line(line: LogLine): void {
    for (const begun of this.#sections.line(line)) {
      this.#close()
      this.#number += 1
      this.#open(begun)
    }
    // What a test left coloured ends where autopkgtest speaks
    if (this.#sections.isOwn) this.#text.reset()
    const html = this.#html
    if (this.#inBlock === BLOCK) this.#endBlock()
    if (this.#inBlock === 0) html.ascii('<pre>')
    this.#inBlock += 1
    const { number, head, length } = line
    const isFailure = this.#failures.has(number)
    html.ascii('<a id=L')
    html.number(number)
    html.ascii(' href=#L')
    html.number(number)
    html.ascii(isFailure ? ' data-failure>' : '>')
    html.number(number)
    html.ascii(isFailure ? '</a> <mark>' : '</a> ')
    const isCut = length > head.length
    this.#text.write(html, head, 0, head.length, isCut)
    if (isFailure) html.ascii('</mark>')
    if (isCut) {
      const more = (length - head.length).toLocaleString('en-GB')
      html.text(`<em>… ${more} more bytes in the <a href="${this.#rawLog}">raw log</a></em>`)
    }
    html.ascii('\n')
  }

  #endBlock(): void {
    this.#html.ascii('</pre>')
    this.#inBlock = 0
  }

  #open(section: LogSection): void {
    const open = this.#unfolded?.has(section.line) ?? true
    this.#html.text(sectionHead(this.#known.get(section.line) ?? section, this.#number, open))
  }

  #close(): void {
    if (this.#inBlock > 0) this.#endBlock()
    this.#html.ascii(SECTION_TAIL)
  }
}
