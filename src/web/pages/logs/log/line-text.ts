import { readEscapes } from '../../../../domain/log/log-escapes.ts'
import { showControls } from '../../../ui/markup/control-characters.ts'
import { escapeHtml } from '../../../ui/markup/markup.ts'
import { findAddresses, isLinkable } from './addresses.ts'
import type { HtmlBytes } from './html-bytes.ts'
import { COLOURS, ESC, kindsIn, MARKUP, OTHER, SMALL_M } from './line-bytes.ts'
import { TextStyle } from './text-style.ts'

/**
 * All that does not stand in HTML as it is: markup, control characters but tab, what turns the direction of writing,
 * and addresses, which become links.
 */
const SPECIAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[&<>"'\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|:\/\//

/** Of those the ones that are more than markup. */
const ACTS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|:\/\//

/** Text of one style that leads, or does not, to one address. */
interface Piece {
  readonly text: string
  readonly classes: string
  readonly address: string
}

/**
 * Makes HTML of the lines of a log. What a terminal would act on is not shown and does nothing: colours become
 * classes, links lead where they say, all else is left out. Other control characters and those that change the
 * direction of writing are made visible, bytes that are not UTF-8 become U+FFFD.
 */
export class LineHtml {
  readonly #style = new TextStyle()

  /** The next text is plain, whatever was before. */
  reset(): void {
    this.#style.reset()
  }

  /**
   * One line, without its newline, for the inside of an element.
   * @param cut whether this is only its beginning
   */
  line(line: string, cut = false): string {
    if (!SPECIAL.test(line)) return inStyle(line, this.#style.classes)
    if (!ACTS.test(line)) return inStyle(escapeHtml(line), this.#style.classes)
    const states = this.#states(line, cut)
    const last = piecesHtml(states.last)
    return states.before === 0 ? last : `${last} <i>(after ${states.before} overwritten)</i>`
  }

  /**
   * Writes one line, without its newline, for the inside of an element: what {@link line} makes of it. Nearly all are
   * ASCII with nothing but markup and colours in it, and are written from their bytes.
   * @param cut whether this is only its beginning
   */
  write(html: HtmlBytes, bytes: Uint8Array, from: number, to: number, cut = false): void {
    const kinds = kindsIn(bytes, from, to)
    if ((kinds & OTHER) !== 0) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')
      html.text(this.line(text, cut))
    } else if ((kinds & COLOURS) !== 0) {
      this.#writeColours(html, bytes, from, to, kinds)
    } else {
      this.#writeText(html, bytes, from, to, kinds)
    }
  }

  #writeColours(html: HtmlBytes, bytes: Uint8Array, from: number, to: number, kinds: number): void {
    let begin = from
    for (let at = from; at < to; at++) {
      if (bytes[at] !== ESC) continue
      this.#writeText(html, bytes, begin, at, kinds)
      const end = bytes.indexOf(SMALL_M, at)
      this.#style.read(bytes, at + 2, end)
      begin = end + 1
      at = end
    }
    this.#writeText(html, bytes, begin, to, kinds)
  }

  /** Text of one style. */
  #writeText(html: HtmlBytes, bytes: Uint8Array, from: number, to: number, kinds: number): void {
    if (from === to) return
    const { classes } = this.#style
    if (classes !== '') {
      html.ascii('<span class="')
      html.ascii(classes)
      html.ascii('">')
    }
    if ((kinds & MARKUP) === 0) html.copy(bytes, from, to)
    else html.copyEscaped(bytes, from, to)
    if (classes !== '') html.ascii('</span>')
  }

  /** What a terminal shows in the end of a line that goes back to its start, as a progress bar does. */
  #states(line: string, cut: boolean): { readonly last: readonly Piece[]; readonly before: number } {
    let last: Piece[] = []
    let before = 0
    let isBack = false
    let address = ''
    const text = (whole: string): void => {
      for (const [at, part] of (whole.includes('\r') ? whole.split('\r') : [whole]).entries()) {
        if (at > 0) isBack = true
        if (part === '') continue
        if (isBack && last.length > 0) {
          before += 1
          last = []
        }
        isBack = false
        last.push({ text: part, classes: this.#style.classes, address })
      }
    }
    const style = (parameters: string): void => this.#style.apply(parameters)
    const link = (to: string): void => {
      address = isLinkable(to) ? to : ''
    }
    readEscapes(line, { text, style, link }, cut)
    return { last, before }
  }
}

/** Addresses are looked for across the styles: they may be coloured in part. What says an address leads there. */
function piecesHtml(pieces: readonly Piece[]): string {
  const whole = pieces.length === 1 ? (pieces[0] as Piece).text : pieces.map(piece => piece.text).join('')
  const addresses = whole.includes('://') ? findAddresses(whole) : []
  let html = ''
  let next = 0
  let start = 0
  for (const piece of pieces) {
    const end = start + piece.text.length
    while (start < end) {
      while (addresses[next] !== undefined && (addresses[next]?.end as number) <= start) next++
      const address = addresses[next]
      const isInside = address !== undefined && address.start <= start
      const stop = Math.min(end, isInside ? address.end : (address?.start ?? end))
      const text = inStyle(escapeText(whole.slice(start, stop)), piece.classes)
      const to = isInside ? whole.slice(address.start, address.end) : piece.address
      html += to === '' ? text : `<a href="${escapeHtml(to)}" rel="nofollow noopener">${text}</a>`
      start = stop
    }
  }
  return html
}

const inStyle = (html: string, classes: string): string =>
  classes === '' || html === '' ? html : `<span class="${classes}">${html}</span>`

/** NUL to US, and characters that change the direction, have a visible form; a line contains no newline. */
const escapeText = (text: string): string => showControls(escapeHtml(text)).replaceAll('\n', '␊')
