import type { ListEntry, ListQuery, Store } from '../../../../backends/store/store.ts'
import { listEntries, nameOf } from '../../../../queries/runs/listed-entries.ts'

/** Swift's own bound; more is refused with 412. */
const MOST = 10_000

/** The parameters of a listing that are passed on, under Swift's names. */
function readListQuery(query: URLSearchParams): ListQuery | 'too-many' {
  const given = (name: string): string | undefined => query.get(name) || undefined
  const limit = /^\d+$/.test(query.get('limit') ?? '') ? Number(query.get('limit')) : undefined
  if (limit !== undefined && limit > MOST) return 'too-many'
  const [prefix, delimiter, marker] = ['prefix', 'delimiter', 'marker'].map(given)
  const endMarker = given('end_marker')
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(marker === undefined ? {} : { marker }),
    ...(endMarker === undefined ? {} : { endMarker }),
    ...(limit === undefined ? {} : { limit: Math.max(1, limit) }),
  }
}

/**
 * One page of a container's listing, in Swift's format; undefined if the container does not exist. It is full if
 * there are enough names, as clients (such as britney) request no further page after an incomplete one.
 */
export async function listContainer(
  store: Pick<Store, 'list'>,
  container: string,
  query: URLSearchParams,
): Promise<Response | undefined> {
  const list = readListQuery(query)
  if (list === 'too-many') return new Response(`Maximum limit is ${MOST}`, { status: 412, headers: PLAIN })
  const isJson = query.get('format') === 'json'
  const { limit = MOST, ...asked } = list
  const listed =
    query.get('limit') === '0'
      ? { entries: [] }
      : await listEntries(store, container, { ...asked, hashes: isJson }, limit)
  if (listed === undefined) return undefined
  const { entries } = listed
  if (isJson) {
    return new Response(JSON.stringify(entries.map(asJson)), {
      headers: { 'content-type': 'application/json; charset=utf-8' },
    })
  }
  if (entries.length === 0) return new Response(null, { status: 204, headers: PLAIN })
  return new Response(entries.map(entry => `${nameOf(entry)}\n`).join(''), { headers: PLAIN })
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' }

/** Swift writes times in UTC without saying so, in microseconds. */
function asJson(entry: ListEntry): object {
  if ('subdir' in entry) return entry
  return {
    hash: entry.hash,
    last_modified: entry.lastModified.toISOString().replace('Z', '000'),
    bytes: entry.bytes,
    name: entry.name,
    content_type: entry.contentType,
  }
}
