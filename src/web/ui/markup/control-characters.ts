import { withoutEscapes } from '../../../domain/log/log-escapes.ts'

/**
 * Characters that are not seen but act: control characters other than white space, and those that turn the
 * direction of writing (Unicode's Bidi_Control), with which a name can be made to read as another. Spelled out, as
 * `\p{…}` takes three times as long.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** What is shown for one of them: Unicode's picture of a control character, or its number. */
function seenForm(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code < 0xa0) return '\ufffd'
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
}

/** What a program printed, as a terminal would show it. */
export function shownText(printed: string): string {
  return showControls(withoutEscapes(printed))
}

/** Text or HTML in which nothing acts unseen. */
export function showControls(text: string): string {
  return text.replace(UNSEEN, seenForm)
}
