import type { Context } from 'hono'
import { cached } from '../http/headers.ts'
import type { RouteName, RouteParams } from '../routes.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import type { Web } from '../web.ts'
import type { RouteRequest } from './read-route-request.ts'

/**
 * What is not kept: logs, files, events. Called for GET and HEAD alike; a body that a HEAD does not want is
 * cancelled. What it throws becomes an error page, as long as nothing was sent.
 */
export interface StreamWith<Params> {
  /** Whether it counts, while it is open, against what one address may have open at once. */
  readonly limited: boolean
  /** Called once when the website starts; whatever stays open must end when `closing` is aborted. */
  readonly open: (
    web: Web,
    closing: AbortSignal,
  ) => (c: Context, asked: RouteRequest<Params>) => Promise<Response> | Response
}

/** One at the route of this name. */
export type Stream<Name extends RouteName> = StreamWith<RouteParams<Name>>

/** A page that is made for each request, as it is read from the store. */
export function htmlResponse(body: { toString(): string }): Response {
  return new Response(htmlDocument(body), { headers: htmlHeaders() })
}

/** Of such a page. */
export const htmlHeaders = (): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  ...cached('revalidate'),
})
