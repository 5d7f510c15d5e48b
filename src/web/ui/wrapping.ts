import { type Markup, markup } from './markup.ts'

/** Texts up to this length fit any column. */
const SHORT = 22
const BREAK = markup`<wbr>`

/** A version, trigger, or other long word without blanks, that may wrap after its punctuation. */
export function wrapping(text: string): Markup {
  if (text.length <= SHORT) return markup`${text}`
  const parts = text.match(/[^.:~+/_-]*[.:~+/_-]+|[^.:~+/_-]+$/g) ?? [text]
  return markup`${parts.flatMap((part, index) => (index === 0 ? [part] : [BREAK, part]))}`
}

/** A version in monospace; an empty one says so. */
export function versionText(version: string | null | undefined): Markup {
  return version === null || version === undefined || version === ''
    ? markup`<span class="quiet">unknown</span>`
    : markup`<code>${wrapping(version)}</code>`
}
