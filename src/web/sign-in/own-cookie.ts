import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import type { WebSettings } from '../web.ts'
import { arrivedSafely } from './site-address.ts'

type Settings = Pick<WebSettings, 'baseUrl' | 'trustedProxies'>

/**
 * The name of a cookie that only this host can have set: on https with the prefix that browsers accept from no sister
 * host (RFC 6265bis, 4.1.3.2); on http there is no such prefix.
 */
export function ownName(c: Context, settings: Settings, name: string): string {
  return arrivedSafely(c, settings) ? `__Host-${name}` : name
}

/** The value of such a cookie, as far as the browser has it. */
export function readOwnCookie(c: Context, settings: Settings, name: string): string | undefined {
  return getCookie(c, ownName(c, settings, name))
}

/** Such a cookie for our server alone, as a header; no seconds: the browser forgets it. */
export function makeOwnCookie(
  c: Context,
  settings: Settings,
  name: string,
  value: string,
  seconds: number,
): string {
  return generateCookie(ownName(c, settings, name), value, {
    path: '/',
    maxAge: seconds,
    httpOnly: true,
    secure: arrivedSafely(c, settings),
    sameSite: 'Lax',
  })
}
