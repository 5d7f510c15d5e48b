/** An escape of half a surrogate pair, or of a whole one. */
const SURROGATE = /\\u[dD][89a-fA-F]/

/**
 * JSON that others wrote. Where Python has met bytes that were no UTF-8 (in a command line, a file name), it writes halves of
 * surrogate pairs, which no address, no database and no Python client afterwards takes: they become U+FFFD, in
 * texts and in names. Throws as `JSON.parse` does.
 */
export function parseJson(text: string): unknown {
  return SURROGATE.test(text) ? JSON.parse(text, (_, value) => wellFormed(value)) : JSON.parse(text)
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (Object.keys(value).every(name => name.isWellFormed())) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), one]))
}
