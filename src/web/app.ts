import { type Context, type Handler, Hono } from 'hono'
import { chooseEncoding } from './encoding.ts'
import { answerError, answerNotFound, answerText } from './errors.ts'
import { versionsOf } from './frame.ts'
import { Kept, KeptRenderings, renderingKey } from './kept-renderings.ts'
import { clientAddress } from './middleware/client-address.ts'
import { atEnd, observe } from './middleware/observe.ts'
import { type StreamLimit, streamLimit } from './middleware/stream-limit.ts'
import type { Page, Redirect } from './page.ts'
import { addRedirects } from './redirects.ts'
import { LONGEST_URL, pageRequest } from './request-target.ts'
import { PAGES, STREAMS } from './routes.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { addStaticFiles } from './static-files.ts'
import type { Web } from './web.ts'

/** Bytes of kept renderings, compressed forms included. */
const KEPT_BYTES = 64 * 1024 * 1024

const ALLOW = 'GET, HEAD, OPTIONS'

/**
 * The website as a function from requests to answers. One handler per route and no middleware: a kept page is
 * then answered without a turn of the event loop.
 * @param closing aborted when the process is asked to end: event streams say goodbye then
 */
export function createApp(web: Web, closing: AbortSignal = new AbortController().signal): Hono {
  const app = new Hono()
  const kept = new KeptRenderings(versionsOf(web), KEPT_BYTES)
  const limit = streamLimit(web.settings.streams)
  addRedirects(app)
  for (const [route, stream] of Object.entries(STREAMS)) {
    addRoute(
      app,
      web,
      route,
      streamHandler(web, route, stream.open(web, closing), stream.limited ? limit : undefined),
    )
  }
  for (const [route, page] of Object.entries(PAGES)) {
    addRoute(app, web, route, pageHandler(web, route, page, kept))
  }
  addStaticFiles(web, (route, handler) => addRoute(app, web, route, handler))
  app.notFound(c => {
    observe(web, c, { route: 'none', status: 404, began: performance.now() })
    return answerNotFound(web, c)
  })
  app.onError((error, c) => answerError(web, c, error))
  return app
}

/** Registers a route for its methods; any other is answered with those that there are. */
function addRoute(app: Hono, web: Web, route: string, handler: Handler): void {
  app.get(route, handler)
  app.options(route, () => new Response(null, { headers: { ...SECURITY_HEADERS, allow: ALLOW } }))
  app.on(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'], route, c =>
    answerText(
      web,
      c,
      { status: 405, title: 'Not possible', explanation: `${c.req.method} is not possible at this address.` },
      { allow: ALLOW },
    ),
  )
}

/** Answers from the kept rendering: a 304 where the reader has it, else in the encoding that the reader wants. */
function pageHandler(web: Web, route: string, page: Page, kept: KeptRenderings): Handler {
  const send = (c: Context, rendered: Kept | Redirect, began: number): Response | Promise<Response> => {
    const answer = (response: Response): Response => {
      observe(web, c, { route, status: response.status, began })
      return response
    }
    if (!(rendered instanceof Kept)) return answer(redirectResponse(rendered))
    if (rendered.matches(c.req.header('if-none-match'))) return answer(rendered.notModified())
    const variant = rendered.variant(chooseEncoding(c.req.header('accept-encoding')))
    if (variant instanceof Promise) return variant.then(made => answer(new Response(made.body, made)))
    return answer(new Response(variant.body, variant))
  }
  return c => {
    const began = performance.now()
    if (c.req.url.length > LONGEST_URL) return answerTooLong(web, c)
    const request = pageRequest(c.req.url, page.parameters)
    if (request === undefined) return answerNotFound(web, c)
    const fail = (error: unknown): Response => {
      const response = answerError(web, c, error)
      observe(web, c, { route, status: response.status, began })
      return response
    }
    try {
      const from = typeof page.from === 'function' ? page.from(request) : page.from
      const rendered = kept.get(renderingKey(request), from, () => page.render(request, web))
      if (!(rendered instanceof Promise)) return send(c, rendered, began)
      return rendered.then(made => send(c, made, began)).catch(fail)
    } catch (error) {
      return fail(error)
    }
  }
}

function redirectResponse(redirect: Redirect): Response {
  return new Response(null, {
    status: redirect.status,
    headers: { ...SECURITY_HEADERS, location: redirect.location },
  })
}

function answerTooLong(web: Web, c: Context): Response {
  return answerText(web, c, {
    status: 414,
    title: 'That address is too long',
    explanation: `Addresses may have ${LONGEST_URL.toLocaleString('en-GB')} characters.`,
  })
}

function streamHandler(web: Web, route: string, handle: Handler, limit: StreamLimit | undefined): Handler {
  return async (c, next) => {
    const began = performance.now()
    if (c.req.url.length > LONGEST_URL) return answerTooLong(web, c)
    const release = limit?.take(clientAddress(c, web.settings.trustedProxies).group)
    const response =
      limit !== undefined && release === undefined
        ? answerTooMany(web, c)
        : await Promise.resolve()
            .then(() => handle(c, next) as Response | Promise<Response>)
            .catch((error: unknown) => answerError(web, c, error))
    atEnd(c, () => {
      release?.()
      observe(web, c, { route, status: response.status, began })
    })
    if (c.req.method === 'HEAD') await response.body?.cancel()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!response.headers.has(name)) response.headers.set(name, value)
    }
    return response
  }
}

function answerTooMany(web: Web, c: Context): Response {
  return answerText(
    web,
    c,
    {
      status: 429,
      title: 'Too many at once',
      explanation: `Your address has ${web.settings.streams} logs and live pages open, as many as it may. Close one and try again.`,
    },
    { 'retry-after': '10' },
  )
}
