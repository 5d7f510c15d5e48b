import type { Stream } from '../../../handlers/stream.ts'
import { UPLOADED_HEADERS } from '../../../http/headers.ts'
import { PublicContainers } from '../../../http/public-containers.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { sendObject } from '../../../http/send-object.ts'
import { listContainer } from './listing.ts'

/**
 * `/results/<container>/…`: objects and listings of the public containers, byte for byte. A container that is
 * missing or not public is 401, as Swift itself answers without a login (all that britney survives in Swift mode); a
 * missing object in a public one is 404.
 */
export const resultsFiles: Stream<'results'> = {
  limited: false,
  open(web, closing) {
    const publicContainers = new PublicContainers(web.store)
    return async (c, { params: { path } }) => {
      const [container = '', ...rest] = path.split('/')
      if (!(await publicContainers.has(container))) return plain(401, 'Unauthorized')
      const name = rest.join('/')
      const answer =
        name === ''
          ? await listContainer(web.store, container, new URLSearchParams(splitUrl(c.req.url).query))
          : await sendObject(web.store, c, container, name, { signal: closing })
      const response = answer ?? plain(name === '' ? 401 : 404, 'Not Found')
      for (const [header, value] of Object.entries(UPLOADED_HEADERS)) response.headers.set(header, value)
      return response
    }
  },
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
