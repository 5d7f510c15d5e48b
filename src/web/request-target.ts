import type { PageRequest } from './page.ts'

/** The longest address that is read; dozens of triggers fit. */
export const LONGEST_URL = 16_000

/** Splits an absolute URL into its raw path and query; the fragment never reaches a server. */
export function splitUrl(url: string): { path: string; query: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return { path: '/', query: '' }
  const mark = url.indexOf('?', start)
  return mark === -1
    ? { path: url.slice(start), query: '' }
    : { path: url.slice(start, mark), query: url.slice(mark + 1) }
}

/**
 * Reads a request's address as pages see it. Undefined for a path that Apache has always answered with 404
 * before anybody saw it: an encoded slash or NUL. Bytes that are not UTF-8 become replacement characters.
 */
export function pageRequest(url: string, parameters: readonly string[] = []): PageRequest | undefined {
  const { path, query } = splitUrl(url)
  if (/%2f|%00/i.test(path)) return undefined
  return { path: path.slice(1).split('/').map(decodeSegment), query: readQuery(query, parameters) }
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    const bytes = segment.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    return Buffer.from(bytes, 'latin1').toString('utf8')
  }
}

const NO_QUERY = new URLSearchParams()

/** In the order in which the page names them, so that the order in the address makes no second rendering. */
function readQuery(query: string, parameters: readonly string[]): URLSearchParams {
  if (query === '' || parameters.length === 0) return NO_QUERY
  const given = new URLSearchParams(query)
  const read = new URLSearchParams()
  for (const name of parameters) {
    const value = given.get(name)
    if (value !== null) read.set(name, value)
  }
  return read
}
