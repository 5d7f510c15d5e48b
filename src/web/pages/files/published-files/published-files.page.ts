import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Context } from 'hono'
import type { Generation } from '../../../../backends/published/published.ts'
import { NotFound } from '../../../../domain/errors.ts'
import type { Stream } from '../../../handlers/stream.ts'
import { hasUnchanged, placeRange, wantedRange } from '../../../http/conditional.ts'
import { cached } from '../../../http/headers.ts'
import { clientAddress } from '../../../http/limits/client-address.ts'
import { webBody } from '../../../http/web-body.ts'
import type { Web } from '../../../web.ts'

/**
 * `/static/autopkgtest.db` and `.sha256`. britney takes the checksum first and the database second, and drops
 * both if they do not match: an address that took a checksum gets that generation for two minutes.
 */
export const publishedFiles: Stream<'published'> = {
  limited: false,
  open(web) {
    const { promised } = web.commons
    return async c => {
      const { group } = clientAddress(c, web.settings.trustedProxies)
      if (c.req.path.endsWith('.sha256')) {
        const generation = await newest(web)
        await promised.promise(group, generation.sha256)
        return sendChecksum(c, generation)
      }
      const sha256 = await promised.of(group)
      const older = sha256 === undefined ? undefined : await web.published.generation(sha256)
      return sendDatabase(c, older ?? (await newest(web)))
    }
  },
}

function sendChecksum(c: Context, generation: Generation): Response {
  const headers = headersOf(generation, 'autopkgtest.db.sha256', generation.sha256.length)
  if (hasUnchanged(c, headers.etag, generation.publishedAt))
    return new Response(null, { status: 304, headers })
  return new Response(generation.sha256, { headers })
}

async function newest(web: Web): Promise<Generation> {
  const generation = await web.published.current()
  if (generation === undefined)
    throw new NotFound('The database has not been published yet. Try again in a minute.')
  return generation
}

function headersOf(generation: Generation, fileName: string, bytes: number) {
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes),
    'content-disposition': `inline; filename=${fileName}`,
    'last-modified': generation.publishedAt.toUTCString(),
    etag: `"${generation.sha256.slice(0, 32)}"`,
    ...cached('minute'),
    'accept-ranges': 'bytes',
  }
}

async function sendDatabase(c: Context, generation: Generation): Promise<Response> {
  const headers = headersOf(generation, 'autopkgtest.db', generation.bytes)
  if (hasUnchanged(c, headers.etag, generation.publishedAt))
    return new Response(null, { status: 304, headers })
  const range = wantedRange(c, headers.etag, generation.publishedAt)
  const place = range && placeRange(range, generation.bytes)
  if (range !== undefined && place === undefined) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${generation.bytes}` } })
  }
  if (c.req.method === 'HEAD') return new Response(null, { headers })
  // Opened before the headers leave: a generation that is dropped meanwhile is still read to its end.
  const handle = await open(generation.file)
  const stream = createReadStream('', {
    fd: handle,
    highWaterMark: 256 * 1024,
    ...(place === undefined ? {} : { start: place.first, end: place.last }),
  })
  const body = webBody(stream)
  if (place === undefined) return new Response(body, { headers })
  return new Response(body, {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(place.last - place.first + 1),
      'content-range': `bytes ${place.first}-${place.last}/${generation.bytes}`,
    },
  })
}
