import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import { SESSION_DAYS } from '../../backends/state/accounts.ts'
import type { Web } from '../web.ts'
import type { Signer } from './signature.ts'
import { arrivedSafely } from './site-address.ts'

/** Somebody who signed in with a browser. */
export interface SignedIn {
  readonly nickname: string
  /** Of this session; known to this browser alone. */
  readonly secret: string
}

/** As clients replay it from cookie files: neither the name nor the path may change. */
const COOKIE = 'session'
/** Tells our script, and nobody else, whose name to show on pages that are the same for everybody. */
const SHOWN = 'signed_in_as'
const FORM = /^([\w-]{43})\.([\w-]{43})$/
const SECONDS = SESSION_DAYS * 86_400
const PURPOSE = 'session'

type Deps = Pick<Web, 'state' | 'settings'>

/** Who asks, by their session cookie. A forged cookie costs no query. */
export async function readSession(
  c: Context,
  { state }: Deps,
  signer: Signer,
): Promise<SignedIn | undefined> {
  const [, secret, signature] = FORM.exec(getCookie(c, COOKIE) ?? '') ?? []
  if (secret === undefined || signature === undefined) return undefined
  if (!(await signer.isSigned(PURPOSE, secret, signature))) return undefined
  const session = await state.accounts.session(secret, new Date())
  return session === undefined ? undefined : { nickname: session.nickname, secret }
}

/** Has the browser keep a session for another month, from now on. */
export async function keepSession(
  c: Context,
  response: Response,
  { settings }: Deps,
  signer: Signer,
  { secret, nickname }: SignedIn,
): Promise<Response> {
  const common = { path: '/', maxAge: SECONDS, sameSite: 'Lax', secure: arrivedSafely(c, settings) } as const
  const value = `${secret}.${await signer.sign(PURPOSE, secret)}`
  response.headers.append('set-cookie', generateCookie(COOKIE, value, { ...common, httpOnly: true }))
  response.headers.append('set-cookie', generateCookie(SHOWN, nickname, common))
  return response
}

/** Has the browser forget its session. */
export function dropSession(response: Response): Response {
  for (const name of [COOKIE, SHOWN]) {
    response.headers.append('set-cookie', generateCookie(name, '', { path: '/', maxAge: 0 }))
  }
  return response
}
