import { escapedAlready, escapeHtml, type Markup, markup } from './markup.ts'

/** Texts up to this length fit any column. */
const SHORT = 22
/** What a text may break after; none of the escaped forms has any of it. */
const PUNCTUATION = /[.:~+/_-]+/g
const BLANK = /\s/
const BREAK = '<wbr>'

/** A version, trigger, or other text with long words, that may wrap after its punctuation. */
export function wrapping(text: string): Markup {
  if (text.length <= SHORT) return markup`${text}`
  const escaped = escapeHtml(text)
  return escapedAlready(
    escaped.replace(PUNCTUATION, (mark, at: number) => {
      const next = escaped[at + mark.length]
      // Browsers take out a line break that stands behind a <wbr>
      return next === undefined || BLANK.test(next) ? mark : mark + BREAK
    }),
  )
}

/** A version in monospace; an empty one says so. */
export function versionText(version: string | null | undefined): Markup {
  return version === null || version === undefined || version === ''
    ? markup`<span class="quiet">unknown</span>`
    : markup`<code>${wrapping(version)}</code>`
}
