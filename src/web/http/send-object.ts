import type { Context } from 'hono'
import type { ByteRange, GetOptions, ObjectInfo, Store, StoredObject } from '../../backends/store/store.ts'
import { GZIP_START } from '../../contracts/files/log/log-file.ts'
import { harmlessType } from '../../domain/object-type.ts'
import { openForAnswer } from '../handlers/stored-body.ts'
import { hasUnchanged, placeRange, readRange, wantedRange } from './conditional.ts'
import { cached } from './headers.ts'
import { firstBytes, withTrueEncoding } from './true-encoding.ts'
import { webBody } from './web-body.ts'

interface SendOptions {
  readonly signal?: AbortSignal
  readonly headersOf?: (info: ObjectInfo) => Record<string, string>
}

/**
 * An object byte for byte, as a whole or in a range, or its headers for a HEAD; undefined if there is none.
 * `headersOf` can change the headers of the store; it is declared as gzip only if it is.
 */
export async function sendObject(
  store: Store,
  c: Context,
  container: string,
  name: string,
  { signal, headersOf = objectHeaders }: SendOptions = {},
): Promise<Response | undefined> {
  if (name.endsWith('/')) return undefined
  const start = () => startOf(store, container, name)
  if (c.req.method === 'HEAD') {
    const info = await store.head(container, name)
    return info && new Response(null, { headers: await withTrueEncoding(headersOf(info), info, start) })
  }
  const whole = signal === undefined ? {} : { signal }
  const range = readRange(c.req.header('range'))
  const open = (options: GetOptions) => openForAnswer(c, store.get(container, name, options))
  const sendWhole = async () => {
    const object = await open(whole)
    return (
      object &&
      sendBody(c, object, await withTrueEncoding(headersOf(object), object, () => firstBytes(object)))
    )
  }
  if (range === undefined) return sendWhole()
  const info = await store.head(container, name)
  if (info === undefined) return undefined
  const wanted = wantedRange(c, `"${info.etag}"`, info.lastModified)
  if (wanted === undefined) return sendWhole()
  if (wanted === 'none' || isBeyond(wanted, info)) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${info.bytes}` } })
  }
  const object = await open({ ...whole, range: wanted })
  if (object === undefined) return undefined
  if (object.etag === info.etag)
    return sendBody(c, object, await withTrueEncoding(headersOf(object), object, start))
  // It was replaced meanwhile: what the reader wants to go on with is gone
  object.body.destroy()
  return sendWhole()
}

/** The first bytes of an object of which something else is wanted. */
async function startOf(store: Store, container: string, name: string): Promise<Uint8Array> {
  const range = { first: 0, last: GZIP_START - 1 }
  const object = await store.get(container, name, { range, hash: false })
  if (object === undefined) return new Uint8Array(0)
  try {
    return await firstBytes(object)
  } finally {
    object.body.destroy()
  }
}

/** The end of an empty object is the empty object. */
const isBeyond = (range: ByteRange, { bytes }: ObjectInfo): boolean =>
  placeRange(range, bytes) === undefined && !(bytes === 0 && range.first < 0)

function sendBody(c: Context, object: StoredObject, headers: Record<string, string>): Response {
  if (hasUnchanged(c, `"${object.etag}"`, object.lastModified))
    return new Response(null, { status: 304, headers })
  const body = webBody(object.body)
  if (object.range === undefined) return new Response(body, { headers })
  const { first, last, total } = object.range
  headers['content-length'] = String(last - first + 1)
  headers['content-range'] = `bytes ${first}-${last}/${total}`
  return new Response(body, { status: 206, headers })
}

/** What the store says of an object, with no type but a harmless one. */
export function objectHeaders(info: ObjectInfo): Record<string, string> {
  return {
    'content-type': harmlessType(info.contentType),
    ...(info.contentEncoding === undefined ? {} : { 'content-encoding': info.contentEncoding }),
    'content-length': String(info.bytes),
    'last-modified': info.lastModified.toUTCString(),
    etag: `"${info.etag}"`,
    'accept-ranges': 'bytes',
    ...cached('revalidate'),
  }
}
