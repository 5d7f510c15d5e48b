import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { type FailureKind, isFailure, messageOf, NotFound } from '../../domain/errors.ts'
import { TooMuch } from '../handlers/body.ts'
import { layoutOf } from '../handlers/page-layout.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import type { Web } from '../web.ts'
import type { Middleware } from './answerer.ts'
import { ErrorView, type ErrorViewProps } from './error.view.ts'
import { cached } from './headers.ts'
import { loggedPath } from './request-target.ts'

interface ErrorText {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 414 | 429 | 500 | 503
  readonly title: string
  readonly explanation: string
}

/** What each kind of failure is to a reader. The message of an `unavailable` one may name our servers: it is logged. */
const BY_KIND: Readonly<Record<FailureKind, (message: string) => ErrorText>> = {
  'bad-input': message => ({ status: 400, title: 'Invalid request', explanation: message }),
  forbidden: message => ({ status: 403, title: "You don't have permission", explanation: message }),
  'not-found': message => ({ status: 404, title: 'Not found', explanation: message }),
  conflict: message => ({ status: 409, title: 'Changed in the meantime', explanation: message }),
  unavailable: () => ({
    status: 503,
    title: 'Temporarily unavailable',
    explanation: 'A service behind this page is unavailable. Reload the page to try again.',
  }),
}

/** When to retry after a backend was unavailable. */
export const RETRY_AFTER_S = 20

/** Answers what is thrown; what stands inside of it answers or throws. */
export const caught =
  (web: Web): Middleware =>
  answer =>
  c => {
    try {
      const response = answer(c)
      return response instanceof Promise
        ? response.catch((error: unknown) => answerError(web, c, error))
        : response
    } catch (error) {
      return answerError(web, c, error)
    }
  }

/** The answer to whatever was thrown: a failure in its own words, a bug with an id that stands in the log. */
export function answerError(web: Web, c: Context, error: unknown): Response {
  if (error instanceof TooMuch) {
    const explanation = error.message
    web.log.info({ path: loggedPath(c.req.path), explanation }, 'a request body was refused')
    const text = { status: 413, title: 'Request too large', explanation } as const
    return answerText(web, c, text, { connection: 'close' })
  }
  if (isFailure(error)) {
    if (error.kind === 'unavailable') {
      web.log.warn({ err: error, path: loggedPath(c.req.path) }, 'a request failed: a backend is unavailable')
    }
    return answerText(web, c, BY_KIND[error.kind](error.message))
  }
  const id = randomBytes(6).toString('hex')
  web.log.error({ err: error, id, path: loggedPath(c.req.path) }, `a request failed: ${messageOf(error)}`)
  return answerText(web, c, {
    status: 500,
    title: 'Internal error',
    explanation: `This is an error in this site. When you report it, quote the number ${id}.`,
  })
}

/** An error page, or problem details (RFC 9457) for programs: by the path's ending or the Accept header. */
export function answerText(
  web: Web,
  c: Context,
  text: ErrorText,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const wait = text.status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}
  const all = { ...cached('no-store'), vary: 'Accept', ...wait, ...headers }
  if (wantsJson(c)) {
    const problem = { type: 'about:blank', title: text.title, status: text.status, detail: text.explanation }
    return new Response(`${JSON.stringify(problem)}\n`, {
      status: text.status,
      headers: { ...all, 'content-type': 'application/problem+json' },
    })
  }
  return new Response(errorPage(web, text), {
    status: text.status,
    headers: { ...all, 'content-type': 'text/html; charset=utf-8' },
  })
}

/** Thrown at an address that no route matches, or that no page has. */
export const noSuchPage = (): NotFound => new NotFound('There is no page at this address.')

/** Whether a program asks, by the path's ending or the Accept header. */
export function wantsJson(c: Context): boolean {
  const { path } = c.req
  if (path.endsWith('.json') || path.startsWith('/api/')) return true
  if (path.startsWith('/packages/') && c.req.query('format') === 'json') return true
  const accept = c.req.header('accept') ?? ''
  return /\bapplication\/(problem\+)?json\b/.test(accept) && !accept.includes('text/html')
}

/** What can break a page (assets, alerts) can break its error page too: then plain markup must do. */
function errorPage(web: Web, text: ErrorViewProps['text']): string {
  try {
    return htmlDocument(ErrorView({ layout: layoutOf(web), text }))
  } catch (error) {
    web.log.error({ err: error }, 'could not render the error page')
    return `<!doctype html>\n<title>${text.status}</title>\n<h1>${text.title}</h1>\n<p><a href="/">Home</a></p>\n`
  }
}
