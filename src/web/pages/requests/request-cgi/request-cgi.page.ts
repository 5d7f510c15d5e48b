import type { Context } from 'hono'
import { acceptGithubEvent } from '../../../../operations/github/accept-github-event.ts'
import { scriptAuthentication } from '../../../../operations/requests/authenticate-script.ts'
import { requestTests } from '../../../../operations/requests/request-tests.ts'
import type { Asker } from '../../../../operations/requests/submit-requests.ts'
import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { formFields, readEvent } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { answerText, wantsJson } from '../../../http/error-answers.ts'
import { clientAddress } from '../../../http/limits/client-address.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { links } from '../../../links.ts'
import { wasLoggedInFor } from '../../../sign-in/after-login.ts'
import { confirmationToken, isConfirmed } from '../../../sign-in/confirmation.ts'
import { type SignIn, signInOf } from '../../../sign-in/open-sign-in.ts'
import { scriptCredentials } from '../../../sign-in/script-credentials.ts'
import type { SignedIn } from '../../../sign-in/session.ts'
import { judgeSubmission } from '../../../sign-in/submission.ts'
import type { Web } from '../../../web.ts'
import { answerGithub, answerRefusal, answerSubmitted } from './request-answers.ts'
import { ConfirmView, LoginNeededView } from './request-cgi.view.ts'

/** How a delivery of GitHub's has always been told from the form of a person; of another GitHub, by its own host. */
const OF_GITHUB = 'api.github.com'

/**
 * Where tests are requested, with all parameters in the query string whatever the method: people follow links,
 * programs send GET and HEAD with a user's cookie, GitHub posts its events. All of them submit.
 */
export const requestCgi: Action<'requestCgi'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    const authenticate = scriptAuthentication({
      accounts: web.state.accounts,
      launchpad: web.launchpad,
      budget: web.commons.badCredentials,
    })

    return async c => {
      const { query } = splitUrl(c.req.url)
      const body = c.req.method === 'POST' ? await readEvent(c) : Buffer.alloc(0)
      const { group: address } = clientAddress(c, web.settings.trustedProxies)
      if (body.includes(OF_GITHUB) || body.includes(web.settings.githubHost))
        return answerEvent(c, web, query, body, address)
      const script = await authenticate(scriptCredentials(c, address), new Date())
      if (script !== 'none') {
        if ('lines' in script) return answerRefusal(c, web, undefined, script)
        return submit(c, web, query, { ...script, address })
      }
      const who = await signIn.reader(c)
      if (who === undefined) return answerAnonymous(c, web, query)
      return signIn.keep(
        c,
        await answerReader(c, web, signIn, who, { query, form: formFields(c, body), address }),
        who,
      )
    }
  },
}

async function answerEvent(
  c: Context,
  web: Web,
  query: string,
  body: Buffer,
  address: string,
): Promise<Response> {
  const header = (name: string) => c.req.header(name)
  const delivery = { body, query: new URLSearchParams(query), header, address }
  const answer = await acceptGithubEvent(web, web.settings, delivery, new Date())
  return answerGithub(c, web, delivery.query, answer)
}

const isLoginLink = (query: string): boolean => new URLSearchParams(query).has('/login')

function answerAnonymous(c: Context, web: Web, query: string): Response {
  const { baseUrl } = web.settings
  const { path } = splitUrl(c.req.url)
  if (wantsJson(c)) {
    const explanation = 'Log in, or send an API key.'
    return answerText(web, c, { status: 403, title: 'Not logged in', explanation })
  }
  const next = isLoginLink(query) ? '/' : `${path}${query === '' ? '' : `?${query}`}`
  return readerHtml(LoginNeededView({ layout: layoutOf(web), next: `${baseUrl}${next}` }), 403)
}

/** A user with a session whom another site may have sent here. */
async function answerReader(
  c: Context,
  web: Web,
  signIn: SignIn,
  who: SignedIn,
  { query, form, address }: { query: string; form: URLSearchParams; address: string },
): Promise<Response> {
  if (isLoginLink(query)) return leadTo('/')
  const submission = judgeSubmission(name => c.req.header(name), web.settings)
  if (submission === 'never') return answerPrefetch(web, c)
  const token = form.get('confirm') ?? ''
  const mustAsk = submission === 'ask' || wasLoggedInFor(c, web.settings)
  const isAsked = mustAsk && !(await isConfirmed(signIn.signer, who, query, token, Date.now()))
  if (isAsked) return askFirst(web, signIn, who, query)
  // Browsers say where a request comes from; scripts do not
  const source = c.req.header('sec-fetch-site') === undefined ? 'script' : 'page'
  return submit(c, web, query, { requester: who.nickname, source, address })
}

function answerPrefetch(web: Web, c: Context): Response {
  const explanation = 'This address submits a request: it cannot be fetched in advance.'
  return answerText(web, c, { status: 503, title: 'Not fetched in advance', explanation })
}

async function askFirst(web: Web, signIn: SignIn, who: SignedIn, query: string): Promise<Response> {
  const token = await confirmationToken(signIn.signer, who, query, Date.now())
  const layout = { ...layoutOf(web), reader: who.nickname }
  const asked = [...new URLSearchParams(query)]
  return readerHtml(
    ConfirmView({ layout, requester: who.nickname, action: `${links.requestCgi()}?${query}`, token, asked }),
  )
}

async function submit(c: Context, web: Web, query: string, asker: Asker): Promise<Response> {
  const params = new URLSearchParams(query)
  const outcome = await requestTests(web, web.settings, params, asker, web.settings.baseUrl)
  return 'lines' in outcome
    ? answerRefusal(c, web, asker.requester, outcome)
    : answerSubmitted(c, web, asker.requester, params, outcome)
}
