import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'

/**
 * Who logs in may have been sent to what submits a request by another site. The browser forgets that on the way
 * (the last page before is this site's own), so it is noted, and asked about as anything from elsewhere.
 */
const COOKIE = 'asked_before_login'
const PATH = '/request.cgi'
const SECONDS = 10 * 60

const digestOf = (target: string): string => createHash('sha256').update(target).digest('base64url')

/** The cookie that notes where a login leads to; undefined for what submits nothing. @param next a path of this site */
export function noteOfLogin(next: string): string | undefined {
  if (!next.startsWith(PATH)) return undefined
  return generateCookie(COOKIE, digestOf(next), {
    path: PATH,
    maxAge: SECONDS,
    httpOnly: true,
    sameSite: 'Lax',
  })
}

/** Whether a login has led here. @param target path and query as they were asked for */
export function wasLoggedInFor(c: Context, target: string): boolean {
  return getCookie(c, COOKIE) === digestOf(target)
}
