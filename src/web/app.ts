import { Hono } from 'hono'
import { type Address, address } from './address.ts'
import { type AnswerAt, answers } from './answers.ts'
import { actionHandler } from './handlers/action.ts'
import { PageCache } from './handlers/page-cache.ts'
import { pageHandler } from './handlers/page-handler.ts'
import { versionsOf } from './handlers/page-layout.ts'
import type { RouteReader } from './handlers/read-route-request.ts'
import { streamHandler } from './handlers/stream-handler.ts'
import { warnOfAlertDates } from './handlers/warn-of-alert-dates.ts'
import { type Answerer, inOrder } from './http/answerer.ts'
import { answerError, answerText, caught, noSuchPage } from './http/error-answers.ts'
import { secured } from './http/headers.ts'
import { lengthLimited, paced, streamsLimited } from './http/limits/limits.ts'
import { observed } from './http/observe.ts'
import { routedPath } from './http/request-target.ts'
import { staticFiles } from './http/static-files.ts'
import { type RouteName, routes } from './routes.ts'
import type { Web } from './web.ts'

/** Bytes of kept renderings, compressed forms included, in all processes of the website. */
const KEPT_BYTES = 24 * 1024 * 1024

/**
 * The website as a function from requests to answers. The layers around a handler are assembled once, when the
 * website starts, and not by Hono for each request: so a cached page is answered without a turn of the event loop.
 * @param closing aborted when the process is asked to stop: event streams then end
 */
export function createApp(web: Web, closing: AbortSignal = new AbortController().signal): Hono {
  const app = new Hono({ getPath: request => routedPath(request.url) })
  const answererOf = openAnswerers(web, closing)
  warnOfAlertDates(web)
  for (const name of Object.keys(routes) as RouteName[]) {
    const answer = answers[name]
    addRoute(app, web, routes[name], answererOf(name), 'methods' in answer ? answer.methods : undefined)
  }
  for (const [path, answer] of Object.entries(staticFiles(web))) addRoute(app, web, address(path), answer)
  app.notFound(
    around(
      web,
      'none',
    )(() => {
      throw noSuchPage()
    }),
  )
  app.onError((error, c) => secured(() => answerError(web, c, error))(c))
  return app
}

/** What every request goes through, from the outside in; limits that depend on the kind of answer stand inside. */
const around = (web: Web, label: string) =>
  inOrder(observed(web, label), secured, caught(web), lengthLimited(web))

/** What answers at a route, by its kind, inside the limits of that kind. */
function openAnswerers(web: Web, closing: AbortSignal): (name: RouteName) => Answerer {
  const pages = new PageCache(versionsOf(web), KEPT_BYTES / web.commons.processes)
  const limited = inOrder(paced(web), streamsLimited(web))
  return name => {
    // Each answer stands under the name of its route, so that it is given what that route reads
    const route = routes[name] as unknown as RouteReader<never>
    const answer: AnswerAt<never> = answers[name]
    if (typeof answer === 'function') return answer
    if ('render' in answer) return paced(web)(pageHandler(web, route, answer, pages))
    if ('methods' in answer) return paced(web)(actionHandler(web, route, answer))
    const stream = streamHandler(route, answer.open(web, closing))
    return answer.limited ? limited(stream) : stream
  }
}

const OTHER_METHODS = ['PUT', 'PATCH', 'DELETE', 'TRACE']

/** Registers a route for its methods; any other is answered with those that there are. */
function addRoute(
  app: Hono,
  web: Web,
  { pattern, label }: Pick<Address, 'pattern' | 'label'>,
  answer: Answerer,
  methods: readonly ('GET' | 'POST')[] = ['GET'],
): void {
  const allow = {
    allow: [...methods.flatMap(one => (one === 'GET' ? ['GET', 'HEAD'] : [one])), 'OPTIONS'].join(', '),
  }
  const add = (names: readonly string[], one: Answerer) =>
    app.on([...names], pattern, around(web, label)(one))
  add(methods, answer)
  add(['OPTIONS'], () => new Response(null, { headers: allow }))
  add([...(['GET', 'POST'] as const).filter(one => !methods.includes(one)), ...OTHER_METHODS], c => {
    const explanation = `${c.req.method} is not allowed at this address.`
    return answerText(web, c, { status: 405, title: 'Method not allowed', explanation }, allow)
  })
}
