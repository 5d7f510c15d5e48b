/** The escape of a surrogate, alone or in a pair. */
const SURROGATE = /\\u[dD][89a-fA-F]/
const NO_NUMBER = /NaN|Infinity/
const EVERY_NO_NUMBER = /-?Infinity|NaN/g

/** Whether {@link parseJson} may read a text differently from `JSON.parse`. */
export const isReadOtherwise = (text: string): boolean => NO_NUMBER.test(text) || SURROGATE.test(text)

/**
 * Parses JSON from other programs. If Python has met bytes that were not UTF-8 (in a command line, a file
 * name), it writes lone surrogates, which addresses, databases and Python clients later reject: they become
 * U+FFFD, in texts and in names. If it has computed something that is not a number, it writes `NaN`,
 * `Infinity` or `-Infinity`, which are not JSON and become null
 * (https://docs.python.org/3/library/json.html#infinite-and-nan-number-values). Throws like `JSON.parse`.
 */
export function parseJson(text: string): unknown {
  const json = NO_NUMBER.test(text) ? withoutNoNumbers(text) : text
  return SURROGATE.test(json) ? JSON.parse(json, (_, value) => wellFormed(value)) : JSON.parse(json)
}

/** The same text with null for each value that is not a number; texts inside it are unchanged. */
function withoutNoNumbers(text: string): string {
  let json = ''
  for (let at = 0; at < text.length; ) {
    const quote = indexOrEnd(text, at)
    json += text.slice(at, quote).replaceAll(EVERY_NO_NUMBER, 'null')
    at = endOfText(text, quote)
    json += text.slice(quote, at)
  }
  return json
}

const indexOrEnd = (text: string, from: number): number => {
  const quote = text.indexOf('"', from)
  return quote === -1 ? text.length : quote
}

/** The place after the closing quote of a text that begins with a quote. */
function endOfText(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\') at += 1
  }
  return text.length
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (Object.keys(value).every(name => name.isWellFormed())) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), one]))
}
