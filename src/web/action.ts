import type { Context } from 'hono'
import { answerError, answerText } from './errors.ts'
import type { Answerer } from './page-handler.ts'
import { SECURITY_HEADERS, securityPolicy } from './security-headers.ts'
import { htmlDocument } from './ui/document.ts'
import type { Web } from './web.ts'

/** What depends on who asks, or changes something: made for one reader alone, and never kept. */
export interface Action {
  readonly methods: readonly ('GET' | 'POST')[]
  /** Called once when the website starts. What the handler throws becomes an error page. */
  open(web: Web): (c: Context) => Promise<Response> | Response
}

/** Answers for one reader, and never throws. */
export function actionHandler(web: Web, action: Action): Answerer {
  const handle = action.open(web)
  const policy = securityPolicy(web.settings.loginOrigin)
  return async c => {
    try {
      if (announcedLength(c) > MOST_BYTES) return answerTooLarge(web, c)
      const response = await handle(c)
      for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...policy, ...FOR_ONE })) {
        if (!response.headers.has(name)) response.headers.set(name, value)
      }
      return response
    } catch (error) {
      return error instanceof TooLarge ? answerTooLarge(web, c) : answerError(web, c, error)
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

/** The largest body of any kind: a long event of GitHub's has some hundred kilobytes. */
const MOST_BYTES = 5 * 1024 * 1024

class TooLarge extends Error {}

const announcedLength = (c: Context): number => Number(c.req.header('content-length') ?? 0)

function answerTooLarge(web: Web, c: Context): Response {
  const explanation = `A request may have ${MOST_BYTES.toLocaleString('en-GB')} bytes.`
  return answerText(web, c, { status: 413, title: 'That is too much', explanation }, { connection: 'close' })
}

/** The body as it was sent, bounded whatever its length claims to be. */
export async function readBody(c: Context): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of c.req.raw.body ?? []) {
    length += (chunk as Uint8Array).length
    if (length > MOST_BYTES) throw new TooLarge()
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks)
}

/** The fields of a form that was posted as browsers do; none for a body of another type. */
export function formFields(c: Context, body: Buffer): URLSearchParams {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  return new URLSearchParams(type === 'application/x-www-form-urlencoded' ? body.toString('utf8') : '')
}
