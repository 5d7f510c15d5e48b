import type { Context } from 'hono'
import type { NewRequest, Source } from '../../../backends/state/requests.ts'
import { pythonStr } from '../../../domain/python-text.ts'
import type { Refusal } from '../../../domain/request-form.ts'
import { requestTests } from '../../../operations/request-tests.ts'
import { type Action, formFields, leadTo, readBody, readerHtml } from '../../action.ts'
import { answerText, wantsJson } from '../../errors.ts'
import { frameOf } from '../../frame.ts'
import { links } from '../../links.ts'
import { clientAddress } from '../../middleware/client-address.ts'
import { splitUrl } from '../../request-target.ts'
import { confirmationToken, isConfirmed } from '../../sign-in/confirmation.ts'
import { type SignIn, signInOf } from '../../sign-in/open-sign-in.ts'
import type { SignedIn } from '../../sign-in/session.ts'
import { judgeSubmission } from '../../sign-in/submission.ts'
import type { Web } from '../../web.ts'
import { ConfirmView, LoginNeededView, RefusedView, SubmittedView } from './request-cgi.view.tsx'

/**
 * Where tests are requested, with all parameters in the query string whatever the method: people follow links,
 * programs send GET and HEAD with somebody's cookie. Both submit.
 */
export const requestCgi: Action = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const { query } = splitUrl(c.req.url)
      const body = c.req.method === 'POST' ? await readBody(c) : Buffer.alloc(0)
      const who = await signIn.reader(c)
      const response = new URLSearchParams(query).has('/login')
        ? loginLink(web, who)
        : await answerAsker(c, web, signIn, who, query, formFields(c, body))
      return who === undefined ? response : signIn.keep(c, response, who)
    }
  },
}

/** The link `request.cgi?/login`, as it has always been. */
function loginLink(web: Web, who: SignedIn | undefined): Response {
  if (who !== undefined) return leadTo('/')
  return readerHtml(<LoginNeededView frame={frameOf(web)} next={`${web.settings.baseUrl}/`} />, 403)
}

async function answerAsker(
  c: Context,
  web: Web,
  signIn: SignIn,
  who: SignedIn | undefined,
  query: string,
  form: URLSearchParams,
): Promise<Response> {
  if (who === undefined) return answerStranger(c, web)
  const submission = judgeSubmission(name => c.req.header(name), web.settings)
  if (submission === 'never') return answerPrefetch(web, c)
  const token = form.get('confirm') ?? ''
  const isAsked = submission === 'ask' && !(await isConfirmed(signIn.signer, who, query, token, Date.now()))
  if (isAsked) return askFirst(web, signIn, who, query)
  return submit(c, web, who.nickname, query, isBrowser(c) ? 'page' : 'script')
}

/** Browsers say where a request comes from; scripts do not. */
const isBrowser = (c: Context): boolean => c.req.header('sec-fetch-site') !== undefined

function answerStranger(c: Context, web: Web): Response {
  if (wantsJson(c)) {
    const explanation = 'Log in, or send an API key.'
    return answerText(web, c, { status: 403, title: 'Not logged in', explanation })
  }
  const { path, query } = splitUrl(c.req.url)
  const next = `${web.settings.baseUrl}${path}${query === '' ? '' : `?${query}`}`
  return readerHtml(<LoginNeededView frame={frameOf(web)} next={next} />, 403)
}

function answerPrefetch(web: Web, c: Context): Response {
  const explanation = 'This address submits a request: it is not fetched ahead.'
  return answerText(web, c, { status: 503, title: 'Not ahead of time', explanation })
}

async function askFirst(web: Web, signIn: SignIn, who: SignedIn, query: string): Promise<Response> {
  const token = await confirmationToken(signIn.signer, who, query, Date.now())
  const frame = { ...frameOf(web), reader: who.nickname }
  const asked = [...new URLSearchParams(query)]
  return readerHtml(
    <ConfirmView
      frame={frame}
      requester={who.nickname}
      action={`/request.cgi?${query}`}
      token={token}
      asked={asked}
    />,
  )
}

async function submit(
  c: Context,
  web: Web,
  requester: string,
  query: string,
  source: Source,
): Promise<Response> {
  const { settings } = web
  const asker = { requester, source, address: clientAddress(c, settings.trustedProxies).group }
  const params = new URLSearchParams(query)
  const outcome = await requestTests(web, settings, params, asker, settings.baseUrl)
  return 'lines' in outcome
    ? answerRefusal(c, web, requester, outcome)
    : answerSubmitted(c, web, requester, params, outcome)
}

function answerRefusal(c: Context, web: Web, requester: string, { status, lines }: Refusal): Response {
  if (wantsJson(c)) {
    return answerText(web, c, { status, title: lines[0] ?? 'Refused', explanation: lines.join('\n') })
  }
  const frame = { ...frameOf(web), reader: requester }
  return readerHtml(<RefusedView frame={frame} requester={requester} lines={lines} />, status)
}

function answerSubmitted(
  c: Context,
  web: Web,
  requester: string,
  params: URLSearchParams,
  requests: readonly NewRequest[],
): Response {
  const { baseUrl } = web.settings
  if (wantsJson(c)) {
    return Response.json({ requests: requests.map(request => requestJson(request, baseUrl)) })
  }
  const hasPpa = params.getAll('ppa').some(Boolean)
  return readerHtml(
    <SubmittedView
      frame={{ ...frameOf(web), reader: requester }}
      requester={requester}
      uuids={requests.map(request => request.uuid)}
      rows={rowsOf(params, requester)}
      histories={hasPpa ? [] : requests.map(request => baseUrl + links.test(request))}
      runs={requests.map(request => baseUrl + links.runOfRequest(request.uuid))}
      pages={requests.map(({ uuid, arch }) => ({ href: links.request(uuid), text: `Follow it on ${arch}` }))}
    />,
  )
}

/** A request as JSON clients see it. */
function requestJson(request: NewRequest, baseUrl: string) {
  const { uuid, release, arch, package: name } = request
  return {
    uuid,
    release,
    arch,
    package: name,
    state: 'queued',
    links: {
      request: baseUrl + links.request(uuid),
      run: baseUrl + links.runOfRequest(uuid),
      log: `${baseUrl}${links.runOfRequest(uuid)}/log`,
      history: baseUrl + links.test(request),
    },
  }
}

/** What was asked for: lists as Python writes them, architectures with commas; by name. */
function rowsOf(params: URLSearchParams, requester: string): (readonly [string, string])[] {
  const list = (name: string) => params.getAll(name).filter(Boolean)
  const rows: (readonly [string, string | undefined])[] = [
    ['all-proposed', params.get('all-proposed') ?? undefined],
    ['arch', list('arch').join(', ')],
    ['package', params.get('package') ?? undefined],
    ['ppas', list('ppa').length > 0 ? pythonStr(list('ppa')) : undefined],
    ['readable-by', params.get('readable-by') ?? undefined],
    ['release', params.get('release') ?? undefined],
    ['requester', requester],
    ['triggers', pythonStr(list('trigger'))],
  ]
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined)
}
