import type { Context } from 'hono'
import type { Refusal } from '../../../../domain/request/request-form.ts'
import { pythonStr } from '../../../../domain/text/python-text.ts'
import type { GithubAnswer } from '../../../../operations/github/accept-github-event.ts'
import type { LimitRefusal } from '../../../../operations/requests/check-limits.ts'
import type { AcceptedRequest } from '../../../../operations/requests/submit-requests.ts'
import { readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { answerText, RETRY_AFTER_S, wantsJson } from '../../../http/error-answers.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { RefusedView, SubmittedView, TextView } from './request-cgi.view.ts'

/** Why a request was refused. @param requester undefined if unknown */
export function answerRefusal(
  c: Context,
  web: Web,
  requester: string | undefined,
  { status, lines, ...more }: Refusal | LimitRefusal,
): Response {
  const seconds = 'retryAfter' in more ? more.retryAfter : status === 503 ? RETRY_AFTER_S : undefined
  const wait = seconds === undefined ? {} : { 'retry-after': String(seconds) }
  if (wantsJson(c)) {
    const text = { status, title: lines[0] ?? 'Refused', explanation: lines.join('\n') }
    return answerText(web, c, text, wait)
  }
  const layout = { ...layoutOf(web), reader: requester }
  return readerHtml(RefusedView({ layout, requester, lines }), status, wait)
}

/** The answer to GitHub, which people read in its list of deliveries. */
export function answerGithub(
  c: Context,
  web: Web,
  query: URLSearchParams,
  { status, lines, accepted }: GithubAnswer,
): Response {
  if (status !== 200) return answerRefusal(c, web, undefined, { status, lines })
  if (accepted !== undefined)
    return answerSubmitted(c, web, undefined, query, [{ ...accepted, state: 'claimed' }])
  return readerHtml(TextView({ layout: layoutOf(web), lines }))
}

/** What is answered of an accepted request. */
type Accepted = Pick<AcceptedRequest, 'uuid' | 'release' | 'arch' | 'package' | 'state'>

/** What was queued, or will be. @param requester undefined for a program without a login */
export function answerSubmitted(
  c: Context,
  web: Web,
  requester: string | undefined,
  params: URLSearchParams,
  requests: readonly Accepted[],
): Response {
  const { baseUrl } = web.settings
  if (wantsJson(c)) {
    return Response.json({ requests: requests.map(request => requestJson(request, baseUrl)) })
  }
  const hasPpa = params.getAll('ppa').some(Boolean)
  return readerHtml(
    SubmittedView({
      layout: { ...layoutOf(web), reader: requester },
      requester,
      uuids: requests.map(request => request.uuid),
      rows: rowsOf(params, requester),
      histories: hasPpa ? [] : requests.map(request => baseUrl + links.test(request)),
      runs: requests.map(request => baseUrl + links.runOfRequest({ uuid: request.uuid })),
      pages: requests.map(({ uuid, arch }) => ({
        href: links.requestProgress({ uuid }),
        text: `Follow it on ${arch}`,
      })),
    }),
  )
}

/** A request as JSON clients see it. */
function requestJson(request: Accepted, baseUrl: string) {
  const { uuid, release, arch, package: name, state } = request
  return {
    uuid,
    release,
    arch,
    package: name,
    state: state === 'published' ? 'queued' : 'claimed',
    links: {
      request: baseUrl + links.requestProgress({ uuid }),
      run: baseUrl + links.runOfRequest({ uuid }),
      log: baseUrl + links.logOfRequest({ uuid }),
      history: baseUrl + links.test(request),
    },
  }
}

/** What was asked for: lists as Python writes them, architectures with commas; by name. */
function rowsOf(params: URLSearchParams, requester: string | undefined): (readonly [string, string])[] {
  const list = (name: string) => params.getAll(name).filter(Boolean)
  const rows: (readonly [string, string | undefined])[] = [
    ['all-proposed', params.get('all-proposed') ?? undefined],
    ['arch', list('arch').join(', ')],
    ['package', params.get('package') ?? undefined],
    ['ppas', list('ppa').length > 0 ? pythonStr(list('ppa')) : undefined],
    ['readable-by', params.get('readable-by') ?? undefined],
    ['release', params.get('release') ?? undefined],
    ['requester', requester],
    ['triggers', list('trigger').length > 0 ? pythonStr(list('trigger')) : undefined],
  ]
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined)
}
