import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Context } from 'hono'
import type { ObjectInfo, Store, StoredObject } from '../../../backends/store/store.ts'
import { hasUnchanged, placeRange, readRange } from '../../conditional.ts'
import { pageRequest, splitUrl } from '../../request-target.ts'
import type { Stream } from '../../stream.ts'
import { UPLOADED_HEADERS } from '../../uploaded.ts'
import { listContainer } from './listing.ts'
import { PublicContainers } from './public-containers.ts'

/**
 * `/results/<container>/…`: objects and listings of the public containers, byte for byte. A container that is
 * missing or not public is 401, as Swift itself answers strangers (all that britney survives in Swift mode); a
 * missing object in a public one is 404.
 */
export const resultsFiles: Stream = {
  limited: false,
  open(web, closing) {
    const publicContainers = new PublicContainers(web.store)
    return async c => {
      const request = pageRequest(c.req.url)
      if (request === undefined) return plain(404, 'Not Found')
      const [, container = '', ...rest] = request.path
      if (!(await publicContainers.has(container))) return plain(401, 'Unauthorized')
      const name = rest.join('/')
      const answer =
        name === ''
          ? await listContainer(web.store, container, new URLSearchParams(splitUrl(c.req.url).query))
          : await sendObject(web.store, c, container, name, closing)
      const response = answer ?? plain(name === '' ? 401 : 404, 'Not Found')
      for (const [header, value] of Object.entries(UPLOADED_HEADERS)) response.headers.set(header, value)
      return response
    }
  },
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

async function sendObject(
  store: Store,
  c: Context,
  container: string,
  name: string,
  closing: AbortSignal,
): Promise<Response | undefined> {
  if (name.endsWith('/')) return undefined
  if (c.req.method === 'HEAD') {
    const info = await store.head(container, name)
    return info && new Response(null, { headers: objectHeaders(info) })
  }
  const range = readRange(c.req.header('range'))
  const object = await store
    .get(container, name, { signal: closing, ...(range === undefined ? {} : { range }) })
    .catch(async (error: unknown) => {
      const info = range && (await store.head(container, name))
      if (!info || placeRange(range, info.bytes) !== undefined) throw error
      return info.bytes
    })
  if (object === undefined) return undefined
  if (typeof object === 'number') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${object}` } })
  }
  return sendBody(c, object)
}

function sendBody(c: Context, object: StoredObject): Response {
  const headers = objectHeaders(object)
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

function objectHeaders(info: ObjectInfo): Record<string, string> {
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
