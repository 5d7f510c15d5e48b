import { BadInput } from '../../domain/errors.ts'

const DEFAULT_LIMIT = 100
const MOST = 1000
/** `2026-09-02`, or with a time of UTC behind it. */
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/

/**
 * The time after which news is requested, and how much: `since` is the `next` of an earlier answer (milliseconds
 * since 1970), a day, or a day and time in UTC; `limit` is 100 by default, and 1,000 at most.
 */
export function readSince(query: URLSearchParams): { since: number | undefined; limit: number } {
  const limit = query.get('limit') || String(DEFAULT_LIMIT)
  if (!/^\d{1,6}$/.test(limit) || Number(limit) === 0) throw new BadInput('“limit” must be a number from 1.')
  return { since: readMoment(query.get('since')), limit: Math.min(Number(limit), MOST) }
}

/** Undefined where none is given. */
export function readMoment(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const moment = /^\d{1,15}$/.test(text) ? Number(text) : DATE.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(moment)) {
    throw new BadInput(
      '“since” must be the “next” of an earlier answer, or a time such as 2026-09-02T10:11:12Z.',
    )
  }
  return moment
}
