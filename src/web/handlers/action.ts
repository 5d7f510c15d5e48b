import type { Context } from 'hono'
import type { Answerer } from '../http/answerer.ts'
import { caught, noSuchPage } from '../http/error-answers.ts'
import { addMissing, cached, securityPolicy } from '../http/headers.ts'
import { postsLimited } from '../http/limits/limits.ts'
import type { RouteName, RouteParams } from '../routes.ts'
import { signInOf } from '../sign-in/open-sign-in.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import type { Web } from '../web.ts'
import { type RouteReader, type RouteRequest, readRouteRequest } from './read-route-request.ts'
import { endsWithAnswer } from './stored-body.ts'

/** An answer that depends on the user, or changes something: made for one reader, and never cached. */
export interface ActionWith<Params> {
  readonly methods: readonly ('GET' | 'POST')[]
  /** Called once when the website starts. What the handler throws becomes an error page. */
  readonly open: (web: Web) => (c: Context, asked: RouteRequest<Params>) => Promise<Response> | Response
}

/** One at the route of this name. */
export type Action<Name extends RouteName> = ActionWith<RouteParams<Name>>

/** Answers for one reader. */
export function actionHandler<Params>(
  web: Web,
  route: RouteReader<Params>,
  action: ActionWith<Params>,
): Answerer {
  const handle = action.open(web)
  const forOne = Object.entries({
    ...securityPolicy(web.settings.loginOrigin),
    ...cached('private'),
    vary: 'Cookie, Accept',
  })
  const answer = async (c: Context): Promise<Response> => {
    const asked = readRouteRequest(route, c.req.url)
    if (asked === undefined) throw noSuchPage()
    return endsWithAnswer(c, async () => addMissing(await handle(c, asked), forOne))
  }
  // An error page too brings the cookie that reading the session may have changed
  const answered = caught(web)(postsLimited(web)(answer))
  const { finish } = signInOf(web)
  return async c => finish(c, await answered(c))
}

/** A page for one reader. */
export function readerHtml(
  body: { toString(): string },
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(htmlDocument(body), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  })
}

/** Leads a browser elsewhere on this site, or to the login provider, by GET. */
export const leadTo = (location: string): Response =>
  new Response(null, { status: 303, headers: { location } })
