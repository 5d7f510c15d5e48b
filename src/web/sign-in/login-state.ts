import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { WebSettings } from '../web.ts'
import { makeOwnCookie, readOwnCookie } from './own-cookie.ts'

/** Ties the provider's answer to the browser that asked: half of it travels with the answer, half stays here. */
const COOKIE = 'login'
const SECONDS = 10 * 60
const FORM = /^[\w-]{22}$/

type Settings = Pick<WebSettings, 'baseUrl' | 'trustedProxies'>

/** Begins a login in this browser. */
export function newLoginState(
  c: Context,
  settings: Settings,
): { readonly state: string; readonly cookie: string } {
  const state = randomBytes(16).toString('base64url')
  return { state, cookie: makeOwnCookie(c, settings, COOKIE, state, SECONDS) }
}

/** Forgets it. */
export const endLoginState = (c: Context, settings: Settings): string =>
  makeOwnCookie(c, settings, COOKIE, '', 0)

/** Whether a login was started in this browser; undefined if the browser names none. */
export function isOwnLogin(c: Context, settings: Settings, state: string): boolean | undefined {
  const own = readOwnCookie(c, settings, COOKIE)
  if (own === undefined || own === '') return undefined
  if (!FORM.test(own) || !FORM.test(state)) return false
  return timingSafeEqual(Buffer.from(own), Buffer.from(state))
}

/** Where the provider sends its answer, the same at the beginning and at the end. */
export function returnAddress(baseUrl: string, next: string, state: string): string {
  return `${baseUrl}/login?${new URLSearchParams({ next, openid_complete: 'yes', state })}`
}
