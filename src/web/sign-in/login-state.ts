import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import type { WebSettings } from '../web.ts'
import { arrivedSafely } from './site-address.ts'

/** Ties the provider's answer to the browser that asked: half of it travels with the answer, half stays here. */
const COOKIE = 'login'
const SECONDS = 10 * 60
const FORM = /^[\w-]{22}$/

/** Begins a login in this browser. */
export function newLoginState(
  c: Context,
  settings: Pick<WebSettings, 'baseUrl' | 'trustedProxies'>,
): { readonly state: string; readonly cookie: string } {
  const state = randomBytes(16).toString('base64url')
  const options = { path: '/login', maxAge: SECONDS, httpOnly: true, sameSite: 'Lax' } as const
  return { state, cookie: generateCookie(COOKIE, state, { ...options, secure: arrivedSafely(c, settings) }) }
}

/** Forgets it. */
export const endLoginState = (): string => generateCookie(COOKIE, '', { path: '/login', maxAge: 0 })

/** Whether a login was begun in this browser; undefined if it says nothing of one. */
export function isOwnLogin(c: Context, state: string): boolean | undefined {
  const own = getCookie(c, COOKIE)
  if (own === undefined || own === '') return undefined
  if (!FORM.test(own) || !FORM.test(state)) return false
  return timingSafeEqual(Buffer.from(own), Buffer.from(state))
}

/** Where the provider sends its answer, the same at the beginning and at the end. */
export function returnAddress(baseUrl: string, next: string, state: string): string {
  return `${baseUrl}/login?${new URLSearchParams({ next, openid_complete: 'yes', state })}`
}
