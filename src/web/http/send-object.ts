import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Context } from 'hono'
import type { ByteRange, GetOptions, ObjectInfo, Store, StoredObject } from '../../backends/store/store.ts'
import { harmlessType } from '../../domain/object-type.ts'
import { openForAnswer } from '../handlers/stored-body.ts'
import { hasUnchanged, placeRange, readRange, wantedRange } from './conditional.ts'
import { cached } from './headers.ts'

interface SendOptions {
  readonly signal?: AbortSignal
  readonly headersOf?: (info: ObjectInfo) => Record<string, string>
}

/**
 * An object byte for byte, as a whole or in a range, or its headers to a HEAD; undefined if there is none. What the
 * store says of it can be changed by `headersOf`.
 */
export async function sendObject(
  store: Store,
  c: Context,
  container: string,
  name: string,
  { signal, headersOf = objectHeaders }: SendOptions = {},
): Promise<Response | undefined> {
  if (name.endsWith('/')) return undefined
  if (c.req.method === 'HEAD') {
    const info = await store.head(container, name)
    return info && new Response(null, { headers: headersOf(info) })
  }
  const whole = signal === undefined ? {} : { signal }
  const range = readRange(c.req.header('range'))
  const open = (options: GetOptions) => openForAnswer(c, store.get(container, name, options))
  if (range === undefined) return sendIfThere(c, await open(whole), headersOf)
  const info = await store.head(container, name)
  if (info === undefined) return undefined
  const wanted = wantedRange(c, `"${info.etag}"`, info.lastModified)
  if (wanted === 'none' || (wanted !== undefined && isBeyond(wanted, info))) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${info.bytes}` } })
  }
  const object = await open(wanted === undefined ? whole : { ...whole, range: wanted })
  if (object === undefined || object.etag === info.etag) return sendIfThere(c, object, headersOf)
  // It was replaced meanwhile: what the reader wants to go on with is gone
  object.body.destroy()
  return sendIfThere(c, await open(whole), headersOf)
}

/** The end of an empty object is the empty object. */
const isBeyond = (range: ByteRange, { bytes }: ObjectInfo): boolean =>
  placeRange(range, bytes) === undefined && !(bytes === 0 && range.first < 0)

const sendIfThere = (
  c: Context,
  object: StoredObject | undefined,
  headersOf: (info: ObjectInfo) => Record<string, string>,
): Response | undefined => object && sendBody(c, object, headersOf(object))

function sendBody(c: Context, object: StoredObject, headers: Record<string, string>): Response {
  if (hasUnchanged(c, `"${object.etag}"`, object.lastModified))
    return new Response(null, { status: 304, headers })
  const body = Readable.toWeb(object.body) as ReadableStream
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
