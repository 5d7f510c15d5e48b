import { z } from 'zod'
import { Unavailable } from '../../../domain/errors.ts'
import { type CheckedQuery, compareNames } from '../object-names.ts'
import type { GivenRange } from '../ranges.ts'
import type { ListEntry, ObjectInfo } from '../store.ts'
import { type HttpAnswer, readJson } from './transport.ts'

/** Enough for a name of 1,024 bytes, each escaped to six, and for the rest of its entry. */
const ENTRY_BYTES = 8 * 1024

/** Times are in UTC, without a zone: `2026-11-22T17:06:39.468040`. */
const time = z.string().transform((text, context) => {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  if (Number.isNaN(date.getTime())) context.addIssue('not a time')
  return date
})

/** https://docs.openstack.org/api-ref/object-store/#show-container-details-and-list-objects */
const Listing = z.array(
  z.union([
    z.object({ subdir: z.string() }),
    z
      .object({
        name: z.string(),
        bytes: z.number().int().nonnegative(),
        hash: z.string(),
        content_type: z.string(),
        last_modified: time,
      })
      .transform(({ content_type, last_modified, ...rest }) => ({
        ...rest,
        contentType: content_type,
        lastModified: last_modified,
      })),
  ]),
)
const Containers = z.array(z.object({ name: z.string() }))

async function readPage<T>(answer: HttpAnswer, shape: z.ZodType<T[]>, limit: number): Promise<T[]> {
  const entries = await readJson(answer, shape, (limit + 1) * ENTRY_BYTES)
  if (entries === undefined) throw new Unavailable('the object store sent an invalid listing')
  return entries.slice(0, limit)
}

type ListPaging = Pick<CheckedQuery, 'after' | 'limit'>

/** One page of a container's listing; a page not after the marker would be requested for ever. */
export async function readListing(answer: HttpAnswer, { after, limit }: ListPaging): Promise<ListEntry[]> {
  const entries = await readPage(answer, Listing, limit)
  if (!entries.every(entry => isAfter(entry, after))) {
    throw new Unavailable('the object store sent a listing that does not advance')
  }
  return entries
}

/** A rolled-up prefix may sort before a marker inside it. */
function isAfter(entry: ListEntry, marker: string): boolean {
  if ('name' in entry) return compareNames(entry.name, marker) > 0
  return (
    compareNames(entry.subdir, marker) > 0 || (marker.startsWith(entry.subdir) && marker !== entry.subdir)
  )
}

/** One page of the names of containers, which continues after the marker too. */
export async function readContainers(answer: HttpAnswer, { after, limit }: ListPaging): Promise<string[]> {
  const names = (await readPage(answer, Containers, limit)).map(({ name }) => name)
  if (names.every(name => compareNames(name, after) > 0)) return names
  throw new Unavailable('the object store sent a list of containers that does not advance')
}

/** The object's description from the headers of an answer; of a part of it, if a range was given. */
export function infoOf({ headers }: HttpAnswer, given?: GivenRange): ObjectInfo {
  const bytes = given?.total ?? Number(/^\d{1,15}$/.exec(headers['content-length'] ?? '')?.[0])
  const lastModified = new Date(headers['last-modified'] ?? '')
  const etag = headers.etag?.replace(/^(W\/)?"|"$/g, '')
  if (Number.isNaN(bytes) || Number.isNaN(lastModified.getTime()) || !etag) {
    throw new Unavailable('the object store did not send the length, time or ETag of an object')
  }
  const encoding = headers['content-encoding']
  return {
    bytes,
    contentType: headers['content-type'] ?? 'application/octet-stream',
    ...(encoding === undefined ? {} : { contentEncoding: encoding }),
    lastModified,
    etag,
  }
}

/**
 * Whether a container's read ACL lets everybody read and list
 * (https://docs.openstack.org/swift/latest/overview_acl.html#common-acl-elements).
 */
export function isPublicAcl(acl: string | undefined): boolean {
  const elements = (acl ?? '').split(',').map(element => element.trim())
  return elements.includes('.r:*') && elements.includes('.rlistings')
}

/** A `Retry-After` header in milliseconds from now; undefined if missing or invalid. */
export function retryAfter({ headers }: HttpAnswer): number | undefined {
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
