import { type Context, Hono } from 'hono'
import { type Address, address } from './address.ts'
import { type AnswerAt, answers } from './answers.ts'
import { actionHandler } from './handlers/action.ts'
import { warnOfAlertDates } from './handlers/alert-dates.ts'
import { PageCache } from './handlers/page-cache.ts'
import { type Answerer, pageHandler } from './handlers/page-handler.ts'
import { versionsOf } from './handlers/page-layout.ts'
import type { Reading } from './handlers/route-request.ts'
import { streamHandler } from './handlers/stream-handler.ts'
import { clientAddress } from './http/client-address.ts'
import { answerError, answerNotFound, answerText } from './http/errors.ts'
import { observed } from './http/observe.ts'
import { LONGEST_URL, routedPath } from './http/request-target.ts'
import { SECURITY_HEADERS } from './http/security-headers.ts'
import { staticFiles } from './http/static-files.ts'
import { type RouteName, routes } from './routes.ts'
import type { Web } from './web.ts'

/** Bytes of kept renderings, compressed forms included, in all processes of the website. */
const KEPT_BYTES = 24 * 1024 * 1024

/**
 * The website as a function from requests to answers. One handler per route and no middleware: a kept page is
 * then answered without a turn of the event loop.
 * @param closing aborted when the process is asked to end: event streams say goodbye then
 */
export function createApp(web: Web, closing: AbortSignal = new AbortController().signal): Hono {
  const app = new Hono({ getPath: request => routedPath(request.url) })
  const kept = new PageCache(versionsOf(web), KEPT_BYTES / web.commons.processes)
  const paced = pacing(web)
  warnOfAlertDates(web)
  const answererOf = (name: RouteName): Answerer => {
    // Each answer stands under the name of its route, so that it is given what that route reads
    const route = routes[name] as unknown as Reading<never>
    const answer: AnswerAt<never> = answers[name]
    if (typeof answer === 'function') return answer
    if ('render' in answer) return paced(pageHandler(web, route, answer, kept))
    if ('methods' in answer) return paced(actionHandler(web, route, answer))
    const handle = answer.open(web, closing)
    return answer.limited
      ? paced(streamHandler(web, route, handle, web.commons.streams))
      : streamHandler(web, route, handle, undefined)
  }
  for (const name of Object.keys(routes) as RouteName[]) {
    const answer = answers[name]
    addRoute(app, web, routes[name], answererOf(name), 'methods' in answer ? answer.methods : undefined)
  }
  for (const [path, answer] of Object.entries(staticFiles(web))) addRoute(app, web, address(path), answer)
  app.notFound(observed(web, 'none', c => answerNotFound(web, c)))
  app.onError((error, c) => answerError(web, c, error))
  return app
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
    app.on([...names], pattern, observed(web, label, one))
  add(methods, c => (c.req.url.length > LONGEST_URL ? answerTooLong(web, c) : answer(c)))
  add(['OPTIONS'], () => new Response(null, { headers: { ...SECURITY_HEADERS, ...allow } }))
  add([...(['GET', 'POST'] as const).filter(one => !methods.includes(one)), ...OTHER_METHODS], c => {
    const explanation = `${c.req.method} is not allowed at this address.`
    return answerText(web, c, { status: 405, title: 'Method not allowed', explanation }, allow)
  })
}

/** Has an address that asks too fast wait; costs nothing where that is not limited. */
function pacing(web: Web): (answer: Answerer) => Answerer {
  const { pagesPerSecond, trustedProxies } = web.settings
  if (pagesPerSecond === 0) return answer => answer
  return answer => c => {
    const admitted = web.commons.admitPage(clientAddress(c, trustedProxies).group)
    const go = (isAdmitted: boolean) => (isAdmitted ? answer(c) : answerTooFast(web, c))
    return admitted instanceof Promise ? admitted.then(go) : go(admitted)
  }
}

function answerTooFast(web: Web, c: Context): Response {
  const explanation = `Your address may ask for ${web.settings.pagesPerSecond} pages in a second.`
  return answerText(web, c, { status: 429, title: 'Too many requests', explanation }, { 'retry-after': '1' })
}

function answerTooLong(web: Web, c: Context): Response {
  const explanation = `Addresses may have ${LONGEST_URL.toLocaleString('en-GB')} characters.`
  return answerText(web, c, { status: 414, title: 'Address too long', explanation })
}
