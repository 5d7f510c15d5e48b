import { escapedAlready, escapeHtml, type Markup, markup } from './markup.ts'

/** Texts up to this length fit any column. */
const SHORT = 22
/** What a text may break after; none of the escaped forms has any of it. */
const PUNCTUATION = /[.:~+/_-]+/g
const BREAK = '<wbr>'

/** A version, trigger, or other long word without blanks, that may wrap after its punctuation. */
export function wrapping(text: string): Markup {
  if (text.length <= SHORT) return markup`${text}`
  const html = escapeHtml(text).replace(PUNCTUATION, `$&${BREAK}`)
  return escapedAlready(html.endsWith(BREAK) ? html.slice(0, -BREAK.length) : html)
}

/** A version in monospace; an empty one says so. */
export function versionText(version: string | null | undefined): Markup {
  return version === null || version === undefined || version === ''
    ? markup`<span class="quiet">unknown</span>`
    : markup`<code>${wrapping(version)}</code>`
}
