/** Where an address stands in a text. */
export interface FoundAddress {
  readonly start: number
  readonly end: number
}

/** What may stand in an address (RFC 3986), but for apostrophes, in which addresses are quoted. */
const INSIDE = new Set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~:/?#[]@!$&()*+,;=%')
/** At its end these belong to the sentence around it. */
const TRAILING = '.,;:!?'

/** The http and https addresses of a text, from left to right. */
export function findAddresses(text: string): FoundAddress[] {
  const found: FoundAddress[] = []
  let looked = 0
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const scheme = text.endsWith('https', at) ? 5 : text.endsWith('http', at) ? 4 : 0
    const start = at - scheme
    if (scheme === 0 || start < looked) continue
    looked = endOfAddress(text, start)
    let end = looked
    while (TRAILING.includes(text[end - 1] as string)) end--
    if (isLinkable(text.slice(start, end))) found.push({ start, end })
  }
  return found
}

/** Up to what cannot stand in it, or closes a bracket that was opened before it. */
function endOfAddress(text: string, start: number): number {
  let round = 0
  let square = 0
  let end = start
  for (; INSIDE.has(text[end] as string); end++) {
    const char = text[end]
    if (char === '(') round++
    else if (char === '[') square++
    else if ((char === ')' && --round < 0) || (char === ']' && --square < 0)) break
  }
  return end
}

/**
 * Whether a link may lead to an address: over http or https, and starting with the host. A name before an `@` looks
 * like a host, but is not.
 */
export function isLinkable(address: string): boolean {
  const host = /^https?:\/\/([^/?#]+)/.exec(address)?.[1]
  return host !== undefined && /^[\w[]/.test(host) && !host.includes('@') && /^[!-~]{1,2048}$/.test(address)
}
