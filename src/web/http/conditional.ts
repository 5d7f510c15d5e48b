import type { Context } from 'hono'
import type { ByteRange } from '../../backends/store/store.ts'

/** Whether the reader has these very bytes: by ETag (quoted), else by date. */
export function hasUnchanged(c: Context, etag: string, lastModified: Date): boolean {
  const match = c.req.header('if-none-match')
  if (match !== undefined) return match.trim() === '*' || match.includes(etag)
  const since = Date.parse(c.req.header('if-modified-since') ?? '')
  // A date in the future is invalid (RFC 9110, 13.1.3 and 8.8.2.1): it was sent while the clock was ahead
  if (since > Date.now()) return false
  return Math.floor(lastModified.getTime() / 1000) * 1000 <= since
}

/** A requested range of bytes; `none` (`bytes=-0`) has no bytes. */
export type WantedRange = ByteRange | 'none'

/**
 * The range of bytes that a reader wants. `Range` counts only as long as `If-Range` names what there is now (RFC 9110,
 * 13.1.5), else a download that is resumed would be two files in one. Undefined: the whole.
 * @param etag quoted, and no weak one
 */
export function wantedRange(c: Context, etag: string, lastModified: Date): WantedRange | undefined {
  const range = readRange(c.req.header('range'))
  const condition = c.req.header('if-range')?.trim()
  if (range === undefined || condition === undefined || condition === etag) return range
  if (condition.includes('"')) return undefined
  return Date.parse(condition) === Math.floor(lastModified.getTime() / 1000) * 1000 ? range : undefined
}

/**
 * One range of bytes; several, or what cannot be read, are as if there were none (RFC 9110, 14.2). A number of any
 * length is one: what lies beyond all files is the same wherever it lies.
 */
export function readRange(header: string | undefined): WantedRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '')
  if (found === null) return undefined
  const [, first, last] = found as unknown as [string, string, string]
  if (first === '' && last === '') return undefined
  if (first === '') return Number(last) === 0 ? 'none' : { first: -bounded(last) }
  if (last !== '' && BigInt(last) < BigInt(first)) return undefined
  return { first: bounded(first), ...(last === '' ? {} : { last: bounded(last) }) }
}

const bounded = (digits: string): number => Math.min(Number(digits), Number.MAX_SAFE_INTEGER)

/** The position of a range in a file of a given size; undefined if it lies outside. */
export function placeRange(range: WantedRange, bytes: number): { first: number; last: number } | undefined {
  if (range === 'none') return undefined
  const first = range.first < 0 ? Math.max(0, bytes + range.first) : range.first
  const last = Math.min(range.first < 0 ? bytes - 1 : (range.last ?? bytes - 1), bytes - 1)
  return first <= last ? { first, last } : undefined
}
