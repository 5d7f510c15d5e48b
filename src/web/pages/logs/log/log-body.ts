import type { LogIndex, LogSection } from '../../../../domain/log/log-index.ts'
import { LineSplitter, type LogLine } from '../../../../domain/log/log-lines.ts'
import { LogSections } from '../../../../domain/log/log-sections.ts'
import { LineHtml } from './line-text.ts'
import { SECTION_TAIL, sectionHead, unfolded } from './log-section.view.ts'

/** A longer line is cut, with a link to the raw log. */
const LONGEST_LINE = 64 * 1024
/** Lines that the browser lays out, or leaves alone, together. */
const BLOCK = 200

/**
 * Turns the uncompressed bytes of a log into HTML as they come, in foldable sections and blocks of lines. Holds
 * no more than one line and what was made from the last chunk.
 */
export class LogBody {
  readonly #splitter: LineSplitter
  readonly #sections = new LogSections()
  /** The index made before, by the first line of each section. */
  readonly #known: ReadonlyMap<number, LogSection>
  /** First lines of the sections to unfold; undefined while nobody knows what failed: then all are. */
  readonly #unfolded: ReadonlySet<number> | undefined
  /** Numbers of the lines that say why tests failed. */
  readonly #failures: ReadonlySet<number>
  readonly #rawLog: string
  readonly #text = new LineHtml()
  #html = ''
  #number = 1
  #inBlock = 0

  /**
   * @param options.known the log's index, if there is one already; only then are results known when a section begins
   * @param options.failures the lines that say why tests failed: they are marked, and unfolded
   */
  constructor(options: { known: LogIndex | undefined; failures?: readonly number[]; rawLog: string }) {
    this.#rawLog = options.rawLog
    this.#failures = new Set(options.failures)
    this.#known = new Map(options.known?.sections.map(section => [section.line, section]))
    this.#unfolded = options.known && unfolded(options.known, options.failures)
    this.#splitter = new LineSplitter(line => this.#line(line), LONGEST_LINE)
    this.#open(this.#sections.sections[0] as LogSection)
  }

  /** The HTML that the next bytes make. */
  push(chunk: Uint8Array): string {
    this.#splitter.push(chunk)
    return this.#take()
  }

  /** What is left at the end, and the index of what was read. */
  end(): { html: string; index: LogIndex } {
    const read = this.#splitter.end()
    this.#close()
    return { html: this.#take(), index: this.#sections.index(read) }
  }

  #take(): string {
    const html = this.#html
    this.#html = ''
    return html
  }

  #line(line: LogLine): void {
    for (const begun of this.#sections.line(line)) {
      this.#close()
      this.#number += 1
      this.#open(begun)
    }
    // What a test left coloured ends where autopkgtest speaks
    if (this.#sections.isOwn) this.#text.reset()
    if (this.#inBlock === BLOCK) this.#endBlock()
    if (this.#inBlock === 0) this.#html += '<pre>'
    this.#inBlock += 1
    const { number, head, length } = line
    const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8')
    const html = this.#text.line(text, length > head.length)
    this.#html += this.#failures.has(number)
      ? `<a id=L${number} href=#L${number} data-failure>${number}</a> <mark>${html}</mark>`
      : `<a id=L${number} href=#L${number}>${number}</a> ${html}`
    if (length > head.length) {
      const more = (length - head.length).toLocaleString('en-GB')
      this.#html += `<em>… ${more} more bytes in the <a href="${this.#rawLog}">raw log</a></em>`
    }
    this.#html += '\n'
  }

  #endBlock(): void {
    this.#html += '</pre>'
    this.#inBlock = 0
  }

  #open(section: LogSection): void {
    const open = this.#unfolded?.has(section.line) ?? true
    this.#html += sectionHead(this.#known.get(section.line) ?? section, this.#number, open)
  }

  #close(): void {
    if (this.#inBlock > 0) this.#endBlock()
    this.#html += SECTION_TAIL
  }
}
