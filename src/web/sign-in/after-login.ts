import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { sameQuery } from '../http/request-target.ts'
import type { WebSettings } from '../web.ts'
import { makeOwnCookie, readOwnCookie } from './own-cookie.ts'

/**
 * Who logs in may have been sent to what submits a request by another site. The browser forgets that on the way
 * (the last page before is this site's own), so it is noted, and asked about as anything from elsewhere. It is noted
 * of each login, by the query alone: which paths submit, and how they can be written, is for the routes to know.
 */
const COOKIE = 'asked_before_login'
const SECONDS = 10 * 60

const digestOf = (query: string): string => createHash('sha256').update(query).digest('base64url')

/** The cookie that notes where a login leads to; undefined for what asks for nothing. @param next a path of this site */
export function noteOfLogin(c: Context, settings: WebSettings, next: string): string | undefined {
  const query = sameQuery(`${settings.baseUrl}${next}`)
  return query === '' ? undefined : makeOwnCookie(c, settings, COOKIE, digestOf(query), SECONDS)
}

/** Whether a login has led to what is asked for. */
export function wasLoggedInFor(c: Context, settings: WebSettings): boolean {
  return readOwnCookie(c, settings, COOKIE) === digestOf(sameQuery(c.req.url))
}
