/** HTML that is escaped already: what a template makes, and takes as it is. */
class Markup {
  readonly html: string

  constructor(html: string) {
    this.html = html
  }

  toString(): string {
    return this.html
  }
}

export type { Markup }

/** What a template takes in its places: text and numbers are escaped, and what says "no" shows nothing. */
export type Child = Markup | string | number | boolean | null | undefined | readonly Child[]

/**
 * The one notation for HTML: a template that escapes what it is given. Takes text, numbers, markup and arrays of
 * them; false, null and undefined are nothing. No promises.
 *
 * A line break in the template, with the indentation after it, is layout and not part of what is made: between two
 * words or attributes it is a space; next to a tag, or to what is put in, it is nothing. A line break that is wanted
 * is written `\\n`, and a space at the end of a line `${' '}`.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Child[]): Markup {
  let pieces = PIECES.get(strings)
  if (pieces === undefined) {
    pieces = withoutLayout(strings.raw)
    PIECES.set(strings, pieces)
  }
  let html = pieces[0] as string
  for (let place = 0; place < values.length; place++) html += escaped(values[place]) + pieces[place + 1]
  return escapedAlready(html)
}

/** Of each template in the program, what it says without its layout: found once. */
const PIECES = new WeakMap<TemplateStringsArray, readonly string[]>()

/** The pieces of a template as they are meant, from how they are written. */
function withoutLayout(written: readonly string[]): readonly string[] {
  let isTag = false
  return written.map(piece => {
    const [first = '', ...others] = piece.split('\n')
    let text = others.length === 0 ? first : first.trimEnd()
    others.forEach((line, place) => {
      const words = place === others.length - 1 ? line.trimStart() : line.trim()
      text += spaceBetween(text, words, endsInTag(text, isTag)) + words
    })
    isTag = endsInTag(text, isTag)
    return text.replaceAll('\\n', '\n').replaceAll('\\`', '`').replaceAll('\\\\', '\\')
  })
}

/** What a break between two lines stands for. */
function spaceBetween(before: string, after: string, isTag: boolean): '' | ' ' {
  if (after === '') return ''
  if (isTag) return after.startsWith('>') || after.startsWith('/>') ? '' : ' '
  const isText = before !== '' && !before.endsWith('>') && !before.endsWith('\\n')
  return isText && !after.startsWith('<') && !after.startsWith('\\n') ? ' ' : ''
}

/** Whether attributes may follow a text, where they could before it or not. */
function endsInTag(text: string, before: boolean): boolean {
  const [open, close] = [text.lastIndexOf('<'), text.lastIndexOf('>')]
  return open === close ? before : open > close
}

/** An attribute with the space before it: nothing if it is false or undefined, without a value if it is true. */
export function attribute(name: string, value: string | number | boolean | undefined): Markup {
  if (value === undefined || value === false) return NOTHING
  return escapedAlready(` ${name}="${value === true ? '' : escaped(value)}"`)
}

/** A space at which no line is broken. */
export const NBSP = '\u00a0'

/** Nothing, as markup. */
export const NOTHING = markup``

/** HTML that was put together from what is escaped. */
export function escapedAlready(html: string): Markup {
  return new Markup(html)
}

function escaped(value: Child): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (value instanceof Markup) return value.html
  if (typeof value === 'number') return String(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  return value.reduce<string>((html, one) => html + escaped(one), '')
}

const SPECIAL = /[&<>"']/
const EACH_SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for between tags and for attributes in quotation marks. */
export function escapeHtml(text: string): string {
  // Nearly all of it has none, and looking takes a third of what replacing nothing does
  return SPECIAL.test(text) ? text.replace(EACH_SPECIAL, special => ENTITIES[special] as string) : text
}
