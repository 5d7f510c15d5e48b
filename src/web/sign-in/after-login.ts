import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { sameQuery } from '../http/request-target.ts'
import type { WebSettings } from '../web.ts'
import { makeOwnCookie, readOwnCookie } from './own-cookie.ts'

/**
 * A user may have been sent to the submission of a request, and so to the login, by another site. The browser loses
 * that on the way (the last page is this site's own), so it is recorded, and the user is asked as with any request
 * from another site. It is recorded for each login, by the query alone: which paths submit, and how they can be
 * written, is known to the routes only.
 */
const COOKIE = 'asked_before_login'
const SECONDS = 10 * 60

const digestOf = (query: string): string => createHash('sha256').update(query).digest('base64url')

/**
 * The cookie that notes where a login leads to; undefined for what asks for nothing.
 * @param next a path of this site
 */
export function noteOfLogin(c: Context, settings: WebSettings, next: string): string | undefined {
  const query = sameQuery(`${settings.baseUrl}${next}`)
  return query === '' ? undefined : makeOwnCookie(c, settings, COOKIE, digestOf(query), SECONDS)
}

/** Whether a login has led to this request. */
export function wasLoggedInFor(c: Context, settings: WebSettings): boolean {
  return readOwnCookie(c, settings, COOKIE) === digestOf(sameQuery(c.req.url))
}
