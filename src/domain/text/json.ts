/** An escape of half a surrogate pair, or of a whole one. */
const SURROGATE = /\\u[dD][89a-fA-F]/
const NO_NUMBER = /NaN|Infinity/
const EVERY_NO_NUMBER = /-?Infinity|NaN/g

/** Whether {@link parseJson} may make something else of a text than `JSON.parse` does. */
export const isReadOtherwise = (text: string): boolean => NO_NUMBER.test(text) || SURROGATE.test(text)

/**
 * JSON that others wrote. Where Python has met bytes that were no UTF-8 (in a command line, a file name), it writes halves of
 * surrogate pairs, which no address, no database and no Python client afterwards takes: they become U+FFFD, in
 * texts and in names. Where it has computed what is no number, it writes `NaN`, `Infinity` or `-Infinity`, which are no JSON
 * and become null (https://docs.python.org/3/library/json.html#infinite-and-nan-number-values). Throws as `JSON.parse` does.
 */
export function parseJson(text: string): unknown {
  const json = NO_NUMBER.test(text) ? withoutNoNumbers(text) : text
  return SURROGATE.test(json) ? JSON.parse(json, (_, value) => wellFormed(value)) : JSON.parse(json)
}

/** The same with null for what is no number; what stands in a text stays. */
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

/** Where a text that begins with a quote ends, behind its other one. */
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
