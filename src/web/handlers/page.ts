import type { CachePolicy } from '../http/headers.ts'
import type { RouteName, RouteParams } from '../routes.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import type { Web } from '../web.ts'
import type { RouteRequest } from './read-route-request.ts'

/**
 * What a page is made from. While none of its sources changed, neither did the page, and the kept rendering
 * is sent again without a query. Pages are free of "now": script makes times relative. The alerts in force
 * are a source of every page, and are not listed.
 */
export type Source =
  | 'results'
  | 'package-names'
  | 'derived'
  | 'notes'
  | 'running'
  | 'queued'
  | 'statistics'
  | 'machine-time'
  | 'ppa-containers'
  | 'excuse-differences'
  /** What is kept by the minute, and read no more often. */
  | 'minute'

export interface Answer {
  readonly status: 200 | 404
  readonly contentType: string
  readonly body: string | Uint8Array
  /** SHA-256 of the body, if it was computed with it: then nothing else holds those bytes. */
  readonly digest?: Buffer
  readonly cache: CachePolicy
  readonly headers?: Readonly<Record<string, string>>
}

/** To be sent instead of a page. */
export interface Redirect {
  readonly status: 301 | 302 | 308
  readonly location: string
  /** Set where it leads elsewhere after a while. */
  readonly cache?: 'ask-again'
}

/**
 * A page or JSON endpoint as a value, at the route of this name; listed in answers.ts. It sees nothing of the reader,
 * so that one rendering serves everybody.
 */
export interface PageWith<Params> {
  readonly from: readonly Source[]
  readonly render: (request: RouteRequest<Params>, web: Web) => Promise<Answer | Redirect> | Answer | Redirect
}

/** One at the route of this name. */
export type Page<Name extends RouteName> = PageWith<RouteParams<Name>>

const HTML = 'text/html; charset=utf-8'

/** An HTML answer from a rendered view. */
export function html(body: { toString(): string }, status: 200 | 404 = 200): Answer {
  return { status, contentType: HTML, body: htmlDocument(body), cache: 'revalidate' }
}

/** A JSON answer; `indent` as clients have always been given it. */
export function json(value: unknown, options: { indent?: number } = {}): Answer {
  return {
    status: 200,
    contentType: 'application/json',
    body: `${JSON.stringify(value, null, options.indent)}\n`,
    cache: 'revalidate',
  }
}
