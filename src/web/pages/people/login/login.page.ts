import type { Context } from 'hono'
import type { ChoiceLogin, ProvenIdentity, RedirectLogin } from '../../../../backends/login/login.ts'
import { BadInput, isFailure } from '../../../../domain/errors.ts'
import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { readForm } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { routedPath, splitUrl } from '../../../http/request-target.ts'
import { links } from '../../../links.ts'
import { noteOfLogin } from '../../../sign-in/after-login.ts'
import { mayChooseName } from '../../../sign-in/local-guard.ts'
import { endLoginState, isOwnLogin, newLoginState, returnAddress } from '../../../sign-in/login-state.ts'
import { type SignIn, signInOf } from '../../../sign-in/open-sign-in.ts'
import { dropSession } from '../../../sign-in/session.ts'
import { pathOnSite } from '../../../sign-in/site-address.ts'
import { isFromHere } from '../../../sign-in/submission.ts'
import type { Web } from '../../../web.ts'
import { AskAgainView, ChooseNameView, LoginFailedView, LogOutView } from './login.view.ts'

/** Login and logout, as clients and the provider know them. */
export const loginPage: Action<'login'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const query = new URLSearchParams(splitUrl(c.req.url).query)
      const form = c.req.method === 'POST' ? await readForm(c) : new URLSearchParams()
      const next = placeAfter(web, form.get('next') ?? query.get('next') ?? undefined, LOGINS)
      if ((await signIn.reader(c)) !== undefined) return leadOn(c, web, next)
      if (web.login.kind === 'choice') return chooseName(c, web, web.login, signIn, { form, next })
      if (query.has('openid.mode') || form.has('openid.mode')) {
        return finishLogin(c, web, web.login, signIn, { query, form, next })
      }
      return c.req.method === 'POST' && form.has('next') ? beginLogin(c, web, web.login, next) : leadTo('/')
    }
  },
}

const LOGINS = [links.login(), links.privateLogin(), links.logout()]
const SUBMITS = [links.requestCgi(), links.slashedRequestCgi()]

/** Where on this site to go on, the home page instead of what is at one of these paths, however it is written. */
function placeAfter({ settings }: Web, address: string | undefined, except: readonly string[]): string {
  const next = pathOnSite(address, settings)
  return except.includes(routedPath(`${settings.baseUrl}${next}`)) ? '/' : next
}

/** Leads a user who has just logged in to the wanted page, which another site may have chosen. */
function leadOn(c: Context, web: Web, next: string): Response {
  const response = leadTo(next)
  const note = noteOfLogin(c, web.settings, next)
  if (note !== undefined) response.headers.append('set-cookie', note)
  return response
}

async function beginLogin(c: Context, web: Web, login: RedirectLogin, next: string): Promise<Response> {
  const { baseUrl } = web.settings
  const { state, cookie } = newLoginState(c, web.settings)
  const response = leadTo(await login.begin(`${baseUrl}/`, returnAddress(baseUrl, next, state)))
  response.headers.append('set-cookie', cookie)
  return response
}

interface LoginAnswer {
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly next: string
}

/** Marks an answer that this site had the browser send a second time. */
const AGAIN = 'asked-again'

/**
 * A long answer comes as a form of the provider's page, without our cookie: this site's own page sends it once
 * more, with it.
 */
async function finishLogin(
  c: Context,
  web: Web,
  login: RedirectLogin,
  signIn: SignIn,
  { query, form, next }: LoginAnswer,
): Promise<Response> {
  const state = query.get('state') ?? ''
  const isOwn = isOwnLogin(c, web.settings, state)
  const wasAskedAgain = form.has(AGAIN)
  if (isOwn === undefined && c.req.method === 'POST' && !wasAskedAgain) {
    return askAgain(web, query, form)
  }
  form.delete(AGAIN)
  if (isOwn !== true) {
    return loginFailed(web, next, 403, 'This login was started in another browser, or too long ago.')
  }
  const answer = new URLSearchParams([...query, ...form])
  const returnTo = returnAddress(web.settings.baseUrl, query.get('next') ?? '/', state)
  try {
    const takeNonce = (nonce: string, until: Date) => web.state.accounts.takeNonce(nonce, until, new Date())
    const response = await startSession(
      c,
      web,
      signIn,
      await login.complete(answer, { returnTo }, takeNonce),
      next,
    )
    response.headers.append('set-cookie', endLoginState(c, web.settings))
    return response
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'bad-input') throw error
    web.log.info({ reason: error.message }, 'a login was refused')
    return loginFailed(web, next, 403, error.message)
  }
}

/** What a login asked for, and nothing else that was sent, is given back. */
const ASKED = ['next', 'openid_complete', 'state'] as const
/** No provider has more or longer ones; such an answer would be refused in the end. */
const ANSWER = { fields: 100, characters: 64_000 }

function askAgain(web: Web, query: URLSearchParams, form: URLSearchParams): Response {
  const fields = [...form].filter(([name]) => name.startsWith('openid.'))
  const characters = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (fields.length > ANSWER.fields || characters > ANSWER.characters)
    throw new BadInput('This is not an answer of a login provider: it is too long.')
  const asked = new URLSearchParams()
  for (const name of ASKED) asked.set(name, query.get(name) ?? '')
  return readerHtml(
    AskAgainView({
      layout: layoutOf(web),
      action: `${links.login()}?${asked}`,
      fields: [...fields, [AGAIN, '1']],
    }),
  )
}

async function startSession(
  c: Context,
  web: Web,
  signIn: SignIn,
  who: ProvenIdentity,
  next: string,
): Promise<Response> {
  const secret = await web.state.accounts.startSession(who, new Date())
  return signIn.keep(c, leadOn(c, web, next), { secret, nickname: who.nickname })
}

function loginFailed(web: Web, next: string, status: 400 | 403, reason: string): Response {
  return readerHtml(LoginFailedView({ layout: layoutOf(web), next, reason }), status)
}

/** On one's own machine people say who they are. */
async function chooseName(
  c: Context,
  web: Web,
  login: ChoiceLogin,
  signIn: SignIn,
  { form, next }: { readonly form: URLSearchParams; readonly next: string },
): Promise<Response> {
  if (!mayChooseName(c)) {
    return loginFailed(web, next, 403, 'Local login is only for users of this machine.')
  }
  if (c.req.method !== 'POST' || !form.has('next')) return leadTo('/')
  const name = form.get('user')
  if (name === null) {
    return readerHtml(ChooseNameView({ layout: layoutOf(web), next, users: login.users }))
  }
  const who = login.choose(name)
  if (who === undefined) return loginFailed(web, next, 403, 'There is no such user in the configuration.')
  return startSession(c, web, signIn, who, next)
}

/** Ends the session on every website, and leads back; users who were sent here by another site are asked first. */
export const logoutPage: Action<'logout'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const form = c.req.method === 'POST' ? await readForm(c) : new URLSearchParams()
      const given = form.get('next') ?? new URLSearchParams(splitUrl(c.req.url).query).get('next')
      const header = (name: string) => c.req.header(name)
      if (!isFromHere(header, web.settings)) {
        const next = placeAfter(web, given ?? undefined, [...LOGINS, ...SUBMITS])
        return readerHtml(LogOutView({ layout: layoutOf(web), next }))
      }
      const who = await signIn.reader(c)
      if (who !== undefined) await web.state.accounts.endSession(who.secret)
      // Going back to what submits would be refused at once, or ask to sign in again
      const next = placeAfter(web, given ?? header('referer'), [...LOGINS, ...SUBMITS])
      return dropSession(c, leadTo(next), web)
    }
  },
}
