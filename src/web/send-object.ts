import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Context } from 'hono'
import type { ObjectInfo, Store, StoredObject } from '../backends/store/store.ts'
import { hasUnchanged, placeRange, readRange } from './conditional.ts'

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
  const range = readRange(c.req.header('range'))
  const object = await store
    .get(container, name, {
      ...(signal === undefined ? {} : { signal }),
      ...(range === undefined ? {} : { range }),
    })
    .catch(async (error: unknown) => {
      const info = range && (await store.head(container, name))
      if (!info || placeRange(range, info.bytes) !== undefined) throw error
      return info.bytes
    })
  if (object === undefined) return undefined
  if (typeof object === 'number') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${object}` } })
  }
  return sendBody(c, object, headersOf(object))
}

function sendBody(c: Context, object: StoredObject, headers: Record<string, string>): Response {
  if (hasUnchanged(c, `"${object.etag}"`, object.lastModified)) {
    object.body.destroy()
    return new Response(null, { status: 304, headers })
  }
  const body = Readable.toWeb(object.body) as ReadableStream
  if (object.range === undefined) return new Response(body, { headers })
  const { first, last, total } = object.range
  headers['content-length'] = String(last - first + 1)
  headers['content-range'] = `bytes ${first}-${last}/${total}`
  return new Response(body, { status: 206, headers })
}

/** What the store says of an object, in a type that no browser would run. */
export function objectHeaders(info: ObjectInfo): Record<string, string> {
  return {
    'content-type': harmless(info.contentType),
    ...(info.contentEncoding === undefined ? {} : { 'content-encoding': info.contentEncoding }),
    'content-length': String(info.bytes),
    'last-modified': info.lastModified.toUTCString(),
    etag: `"${info.etag}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'public, no-cache',
  }
}

/** Never a type that a browser would run: HTML, SVG and XML are shown as text. */
function harmless(contentType: string): string {
  return /html|svg|xml|javascript/i.test(contentType) ? 'text/plain; charset=utf-8' : contentType
}
