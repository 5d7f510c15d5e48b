import type { HtmlEscapedString } from 'hono/utils/html'

/** HTML that is escaped already; a view and a template can both take it as a child. */
export type Markup = HtmlEscapedString

/** What a template makes. Views take it by `isEscaped`, as they do what JSX makes. */
class Escaped {
  readonly isEscaped = true
  readonly html: string

  constructor(html: string) {
    this.html = html
  }

  toString(): string {
    return this.html
  }
}

/**
 * A template that escapes what it is given, for what there is a lot of: it takes a fifth of the time of JSX.
 * Takes text, numbers, markup, views and arrays of them; false, null and undefined are nothing. No promises.
 */
export function markup(strings: TemplateStringsArray, ...values: unknown[]): Markup {
  let html = strings[0] as string
  for (let place = 0; place < values.length; place++) html += escaped(values[place]) + strings[place + 1]
  return escapedAlready(html)
}

/** Nothing, as markup. */
export const NOTHING = markup``

/** HTML that was put together from what is escaped. */
export function escapedAlready(html: string): Markup {
  return new Escaped(html) as unknown as Markup
}

function escaped(value: unknown): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (value instanceof Escaped) return value.html
  if (typeof value === 'number') return String(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  if (Array.isArray(value)) return value.reduce<string>((html, one) => html + escaped(one), '')
  const text = String(value)
  return (value as Partial<Markup>).isEscaped ? text : escapeHtml(text)
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
