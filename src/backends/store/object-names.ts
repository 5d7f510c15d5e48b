import { BadInput } from '../../domain/errors.ts'
import type { ListQuery } from './store.ts'

/** Swift's own limits, in bytes of UTF-8 (its `constraints` middleware); the folder keeps them too. */
const CONTAINER_BYTES = 256
const OBJECT_BYTES = 1024
/** The texts of a listing's query may be a little longer than a name: nothing then matches. */
const QUERY_BYTES = 2 * OBJECT_BYTES

/** The most entries of one listing; Swift refuses to give more. */
const PAGE = 10_000

/** A NUL ends a name in too many places, and half a surrogate pair cannot be written as UTF-8. */
const UNWRITABLE = /\0|\p{Surrogate}/u

const quote = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

/** Throws {@link BadInput} unless it is a valid name of a container. */
export function checkContainer(container: string): void {
  const bad = container === '' || container === '.' || container === '..' || container.includes('/')
  if (bad || UNWRITABLE.test(container) || Buffer.byteLength(container) > CONTAINER_BYTES) {
    throw new BadInput(`not a container's name: ${quote(container)}`)
  }
}

/** Throws {@link BadInput} unless it is a valid name of an object. */
export function checkObject(name: string): void {
  const bad = name.split('/').some(part => part === '' || part === '.' || part === '..')
  if (bad || UNWRITABLE.test(name) || Buffer.byteLength(name) > OBJECT_BYTES) {
    throw new BadInput(`not an object's name: ${quote(name)}`)
  }
}

/** A query with defaults filled in; `after` and `before` are the markers, '' and undefined if not given. */
export interface CheckedQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly after: string
  readonly before: string | undefined
  readonly limit: number
}

/** Throws {@link BadInput} for an invalid query. Empty texts count as absent ones. */
export function checkQuery(query: ListQuery): CheckedQuery {
  const { prefix = '', delimiter = '', marker = '', endMarker = '', limit = PAGE } = query
  for (const text of [prefix, delimiter, marker, endMarker]) {
    if (UNWRITABLE.test(text) || Buffer.byteLength(text) > QUERY_BYTES) {
      throw new BadInput(`a listing cannot be requested with ${quote(text)}`)
    }
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE) {
    throw new BadInput(`the limit of a listing is a number from 1 to ${PAGE}`)
  }
  return { prefix, delimiter, after: marker, before: endMarker === '' ? undefined : endMarker, limit }
}

/**
 * Order of names by the bytes of their UTF-8, as Swift lists them. It differs from the order of JavaScript
 * strings only where a surrogate meets U+E000 to U+FFFF.
 */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return astralLast(x) - astralLast(y)
  }
  return a.length - b.length
}

/** Sorts surrogates, which stand for U+10000 and above, after all other code units. */
function astralLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
