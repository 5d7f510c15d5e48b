import type { Context } from 'hono'
import { clientAddress } from '../http/client-address.ts'
import { answerError, answerNotFound, answerText } from '../http/errors.ts'
import { loggedPath } from '../http/logged-path.ts'
import { SECURITY_HEADERS, securityPolicy } from '../http/security-headers.ts'
import { POSTS_AT_ONCE } from '../http/stream-limit.ts'
import type { RouteName, RouteParams } from '../routes.ts'
import { signInOf } from '../sign-in/open-sign-in.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import type { Web } from '../web.ts'
import { passOverBody, TooMuch } from './body.ts'
import type { Answerer } from './page-handler.ts'
import { type Reading, type RouteRequest, readRequest } from './route-request.ts'
import { endWithAnswer } from './stored-body.ts'

/** What depends on who asks, or changes something: made for one reader alone, and never kept. */
export interface ActionWith<Params> {
  readonly methods: readonly ('GET' | 'POST')[]
  /** Called once when the website starts. What the handler throws becomes an error page. */
  readonly open: (web: Web) => (c: Context, asked: RouteRequest<Params>) => Promise<Response> | Response
}

/** One at the route of this name. */
export type Action<Name extends RouteName> = ActionWith<RouteParams<Name>>

/** Answers for one reader, and never throws. */
export function actionHandler<Params>(
  web: Web,
  route: Reading<Params>,
  action: ActionWith<Params>,
): Answerer {
  const handle = action.open(web)
  const policy = securityPolicy(web.settings.loginOrigin)
  const { finish } = signInOf(web)
  const answer = async (c: Context): Promise<Response> => {
    const asked = readRequest(route, c.req.url)
    if (asked === undefined) return answerNotFound(web, c)
    const release =
      c.req.method === 'POST'
        ? await web.commons.posts.take(clientAddress(c, web.settings.trustedProxies).group)
        : () => {}
    if (release === undefined) return answerTooMany(web, c)
    try {
      const response = await handle(c, asked)
      endWithAnswer(c, response)
      for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...policy, ...FOR_ONE })) {
        if (!response.headers.has(name)) response.headers.set(name, value)
      }
      return response
    } catch (error) {
      endWithAnswer(c, undefined)
      return error instanceof TooMuch ? answerTooMuch(web, c, error.message) : answerError(web, c, error)
    } finally {
      release()
    }
  }
  return async c => {
    const response = await answer(c)
    try {
      return await finish(c, response)
    } catch (error) {
      return answerError(web, c, error)
    }
  }
}

const FOR_ONE = { 'cache-control': 'private, no-store', vary: 'Cookie, Accept' }

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

function answerTooMuch(web: Web, c: Context, explanation: string): Response {
  web.log.info({ path: loggedPath(c.req.path), explanation }, 'a body was refused')
  return answerText(web, c, { status: 413, title: 'Request too large', explanation }, { connection: 'close' })
}

async function answerTooMany(web: Web, c: Context): Promise<Response> {
  await passOverBody(c)
  const explanation = `Your address is sending ${POSTS_AT_ONCE} forms at this moment, as many as it may.`
  return answerText(
    web,
    c,
    { status: 429, title: 'Too many at once', explanation },
    { 'retry-after': '5', connection: 'close' },
  )
}
