import type { Context } from 'hono'
import type { Answerer } from '../http/answerer.ts'
import { chooseEncoding } from '../http/encoding.ts'
import { noSuchPage } from '../http/error-answers.ts'
import { cached, keptResponse } from '../http/headers.ts'
import { readTarget } from '../http/request-target.ts'
import type { Web } from '../web.ts'
import type { Answer, PageWith, Redirect } from './page.ts'
import { KeptPage, type PageCache, pageCacheKey } from './page-cache.ts'
import { type RouteReader, requestFor } from './read-route-request.ts'

/** Answers from the kept rendering: a 304 where the reader has it, else in the encoding that the reader wants. */
export function pageHandler<Params>(
  web: Web,
  route: RouteReader<Params>,
  page: PageWith<Params>,
  kept: PageCache,
): Answerer {
  return c => {
    const target = readTarget(c.req.url, route.query)
    if (target === undefined) throw noSuchPage()
    const rendered = kept.get(pageCacheKey(target), page.from, () =>
      page.render(requestFor(route, target), web),
    )
    return rendered instanceof Promise ? rendered.then(made => send(c, made)) : send(c, rendered)
  }
}

function send(c: Context, rendered: KeptPage | Redirect): Response | Promise<Response> {
  return rendered instanceof KeptPage ? sendKept(c, rendered) : redirect(rendered)
}

/** A kept answer, at once if it is there in the wanted encoding. */
export function sendKept(c: Context, kept: KeptPage): Response | Promise<Response> {
  const match = c.req.header('if-none-match')
  if (kept.matches(match)) return kept.notModified()
  if (match === undefined && kept.isUnchangedSince(c.req.header('if-modified-since')))
    return kept.notModified()
  const variant = kept.variant(chooseEncoding(c.req.header('accept-encoding')))
  if (variant instanceof Promise) return variant.then(made => keptResponse(made.body, made))
  return keptResponse(variant.body, variant)
}

/** An answer that leads elsewhere on this site. */
export function redirect({ status, location, cache }: Redirect): Response {
  return new Response(null, { status, headers: { location, ...(cache && cached(cache)) } })
}

/** A page's answer where it is not kept. */
export function answerOnce(c: Context, answer: Answer | Redirect): Response | Promise<Response> {
  return 'location' in answer ? redirect(answer) : sendKept(c, new KeptPage(answer))
}
