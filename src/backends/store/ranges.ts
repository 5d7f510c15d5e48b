import { BadInput } from '../../domain/errors.ts'
import type { ByteRange } from './store.ts'

/** The part of an object that is given: first and last byte, inclusive, and the length of the whole. */
export interface GivenRange {
  readonly first: number
  readonly last: number
  readonly total: number
}

/** Throws {@link BadInput} if it cannot be a range of any object. */
export function checkRange({ first, last }: ByteRange): void {
  const bad =
    first < 0 ? last !== undefined : last !== undefined && (!Number.isSafeInteger(last) || last < first)
  if (bad || !Number.isSafeInteger(first)) throw new BadInput('not a range of bytes')
}

/** A checked range of an object of that many bytes; the end of an empty object is the whole: undefined. */
export function resolveRange({ first, last }: ByteRange, total: number): GivenRange | undefined {
  if (first < 0) {
    return total === 0 ? undefined : { first: Math.max(0, total + first), last: total - 1, total }
  }
  if (first >= total) throw unsatisfiable()
  return { first, last: Math.min(last ?? total - 1, total - 1), total }
}

/** A checked range as a `Range` header (RFC 9110, 14.2). */
export function rangeHeader({ first, last }: ByteRange): string {
  return first < 0 ? `bytes=${first}` : `bytes=${first}-${last ?? ''}`
}

/** A `Content-Range` header of a 206; undefined if it is not one. */
export function parseContentRange(header: string | undefined): GivenRange | undefined {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? '')
  if (found === null) return undefined
  const [first, last, total] = found.slice(1).map(Number) as [number, number, number]
  return first <= last && last < total ? { first, last, total } : undefined
}

/** The error of a range that begins after the end. */
export function unsatisfiable(): BadInput {
  return new BadInput('the range begins after the end of the object')
}
