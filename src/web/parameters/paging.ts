/** Rows a list shows unless told otherwise, and the most it may be told to. */
const DEFAULT_LIMIT = 100
const MOST = 10_000

/** Which rows of a list are shown. */
export interface Paging {
  readonly limit: number
  readonly offset: number
}

/** A plain decimal integer, blanks around it allowed; undefined for anything else. */
function integer(text: string | null): number | undefined {
  const digits = /^\s*([+-]?\d+)\s*$/.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * `limit` and `offset` as the site has always read them: a limit outside 1 to 10,000 is the default, not the
 * nearest bound; a negative offset is 0.
 */
export function readPaging(query: URLSearchParams): Paging {
  const limit = integer(query.get('limit'))
  const offset = integer(query.get('offset'))
  return {
    limit: limit !== undefined && limit >= 1 && limit <= MOST ? limit : DEFAULT_LIMIT,
    offset: offset !== undefined && offset > 0 ? Math.min(offset, Number.MAX_SAFE_INTEGER) : 0,
  }
}

const MOST_SHORT = 500
const FARTHEST = 50_000

/** The same where each row costs more, and the way to far ones is walked each time: both are bounded. */
export function readShortPaging(query: URLSearchParams): Paging {
  const { limit, offset } = readPaging(query)
  return { limit: Math.min(limit, MOST_SHORT), offset: Math.min(offset, FARTHEST) }
}

/** `limit` of a list that is sent as a whole unless parts are requested: 1 to `most`, which is the default. */
export function readLimit(query: URLSearchParams, most: number): number {
  const limit = integer(query.get('limit'))
  return limit !== undefined && limit >= 1 ? Math.min(limit, most) : most
}
