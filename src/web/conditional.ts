import type { Context } from 'hono'
import type { ByteRange } from '../backends/store/store.ts'

/** Whether the reader has these very bytes: by ETag (quoted), else by date. */
export function hasUnchanged(c: Context, etag: string, lastModified: Date): boolean {
  const match = c.req.header('if-none-match')
  if (match !== undefined) return match.trim() === '*' || match.includes(etag)
  const since = Date.parse(c.req.header('if-modified-since') ?? '')
  // A date from the future is none (RFC 9110, 13.1.3 and 8.8.2.1): it was given out while the clock was ahead
  if (since > Date.now()) return false
  return Math.floor(lastModified.getTime() / 1000) * 1000 <= since
}

/** One range of bytes; several, or what cannot be read, are as if there were none (RFC 9110, 14.2). */
export function readRange(header: string | undefined): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (found === null) return undefined
  const [, first, last] = found as unknown as [string, string, string]
  if (first === '') return last === '' ? undefined : { first: -Number(last) }
  if (last !== '' && Number(last) < Number(first)) return undefined
  return { first: Number(first), ...(last === '' ? {} : { last: Number(last) }) }
}

/** Where a range lies in so many bytes; undefined if no byte of it is there. */
export function placeRange(range: ByteRange, bytes: number): { first: number; last: number } | undefined {
  const first = range.first < 0 ? Math.max(0, bytes + range.first) : range.first
  const last = Math.min(range.first < 0 ? bytes - 1 : (range.last ?? bytes - 1), bytes - 1)
  return first <= last ? { first, last } : undefined
}
