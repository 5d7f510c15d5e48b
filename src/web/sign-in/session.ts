import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import { SESSION_DAYS } from '../../backends/state/accounts.ts'
import { isFailure } from '../../domain/errors.ts'
import type { Web } from '../web.ts'
import { ownName, readOwnCookie } from './own-cookie.ts'
import type { Signer } from './signer.ts'
import { arrivedSafely } from './site-address.ts'

/** A user who logged in with a browser. */
export interface SignedIn {
  readonly nickname: string
  /** Of this session; known to this browser alone. */
  readonly secret: string
}

/**
 * As clients replay it from cookie files: neither the name nor the path may change. On https a sister host could plant
 * one of this name, so there browsers have their own (`__Host-session`), and this one is for scripts.
 */
const COOKIE = 'session'
/** Tells only our script whose name to show on pages that are the same for everybody. */
const SHOWN = 'signed_in_as'
const FORM = /^([\w-]{43})\.([\w-]{43})$/
const SECONDS = SESSION_DAYS * 86_400
const PURPOSE = 'session'

type Deps = Pick<Web, 'state' | 'settings'>

/** How a request brings its session. */
interface Carried {
  readonly value: string | undefined
  /** The cookie in which it is kept on. */
  readonly name: string
  /** It is an old cookie of a browser, which counts once more. */
  readonly isOld: boolean
}

function carried(c: Context, settings: Web['settings']): Carried {
  const name = ownName(c, settings, COOKIE)
  const own = readOwnCookie(c, settings, COOKIE)
  if (own !== undefined || name === COOKIE) return { value: own, name, isOld: false }
  const plain = getCookie(c, COOKIE)
  if (plain === undefined || isBrowser(c)) return { value: plain, name, isOld: true }
  return { value: plain, name: COOKIE, isOld: false }
}

/** Every browser of these years says such things of its requests, and no script does. */
const isBrowser = (c: Context): boolean =>
  [...c.req.raw.headers.keys()].some(name => name.startsWith('sec-fetch-'))

/** Old cookies that counted, whose answers must bring the new one: they do not count again. */
const takenOver = new WeakMap<Context, SignedIn>()

/** The user of the session cookie. A forged cookie costs no query. */
export async function readSession(
  c: Context,
  { state, settings }: Deps,
  signer: Signer,
): Promise<SignedIn | undefined> {
  const before = takenOver.get(c)
  if (before !== undefined) return before
  const { value, isOld } = carried(c, settings)
  const [, secret, signature] = FORM.exec(value ?? '') ?? []
  if (secret === undefined || signature === undefined) return undefined
  if (!(await signer.isSigned(PURPOSE, secret, signature))) return undefined
  const now = new Date()
  const session = await (isOld ? state.accounts.takeOver(secret, now) : state.accounts.session(secret, now))
  if (session === undefined) return undefined
  const who = { nickname: session.nickname, secret }
  if (isOld) takenOver.set(c, who)
  return who
}

/** The same answer, with the new cookie of a session that was taken over on the way. */
export async function keepTakenOver(
  c: Context,
  response: Response,
  deps: Deps,
  signer: Signer,
): Promise<Response> {
  const who = takenOver.get(c)
  const name = `${ownName(c, deps.settings, COOKIE)}=`
  if (who === undefined || response.headers.getSetCookie().some(one => one.startsWith(name))) return response
  return keepSession(c, response, deps, signer, who)
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
  const signature = await signer.sign(PURPOSE, secret).catch((error: unknown) => {
    if (!isFailure(error)) throw error
    // What was done for the answer is done: the browser has the cookie that it came with
    return undefined
  })
  if (signature === undefined) return response
  const value = `${secret}.${signature}`
  const { name } = carried(c, settings)
  response.headers.append('set-cookie', generateCookie(name, value, { ...common, httpOnly: true }))
  response.headers.append('set-cookie', generateCookie(SHOWN, nickname, common))
  return response
}

/** Has the browser forget its session, under whatever name. */
export function dropSession(c: Context, response: Response, { settings }: Pick<Web, 'settings'>): Response {
  const options = { path: '/', maxAge: 0, secure: arrivedSafely(c, settings) }
  for (const name of new Set([ownName(c, settings, COOKIE), COOKIE, SHOWN])) {
    response.headers.append('set-cookie', generateCookie(name, '', options))
  }
  return response
}
