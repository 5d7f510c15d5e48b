import { getPath } from 'hono/utils/url'

/** The longest address that is read; dozens of triggers fit. */
export const LONGEST_URL = 16_000

/** Splits an absolute URL into its raw path and query; a fragment, which only a program would send, is neither. */
export function splitUrl(url: string): { path: string; query: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return { path: '/', query: '' }
  const hash = url.indexOf('#', start)
  const target = hash === -1 ? url.slice(start) : url.slice(start, hash)
  const mark = target.indexOf('?')
  return mark === -1
    ? { path: target || '/', query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/**
 * The one form of an absolute URL's path by which its route is found, and by which whatever guards an address must judge:
 * `/%72equest.cgi?x` and `/request.cgi#x` are `/request.cgi`. An encoded slash stays encoded.
 */
export const routedPath = (url: string): string => getPath({ url } as Request)

/** Below these stand names of private runs, and the numbers by which requests are found. */
const HIDING = /^(\/(?:private-results|requests|run)\/)./s

/** The path of a request as it may stand in the log. */
export function loggedPath(path: string): string {
  const shown = HIDING.exec(path)?.[1]
  return shown === undefined ? path : `${shown}…`
}

/** A text that is equal for queries that say the same, however they are encoded. */
export const sameQuery = (url: string): string => String(new URLSearchParams(splitUrl(url).query))

/** What a request asks for. */
export interface Target {
  /** Segments of the path, decoded, without the empty first one. */
  readonly path: readonly string[]
  /** Of each parameter that the route names the first value. */
  readonly query: URLSearchParams
}

/**
 * Reads a request's address as pages see it. Undefined for a path that Apache has always answered with 404
 * before anybody saw it: an encoded slash or NUL. Bytes that are not UTF-8 become replacement characters.
 */
export function readTarget(url: string, parameters: readonly string[] = []): Target | undefined {
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

/** In the order in which the route names them, so that the order in the address makes no second rendering. */
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
