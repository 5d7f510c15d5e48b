import type { Context } from 'hono'
import type { NoteWriter } from '../../../backends/state/notes.ts'
import type { Refusal } from '../../../domain/request/request-form.ts'
import { scriptAuthentication } from '../../../operations/requests/authenticate-script.ts'
import type { LimitRefusal } from '../../../operations/requests/check-limits.ts'
import { readerHtml } from '../../handlers/action.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { answerText, RETRY_AFTER_S, wantsJson } from '../../http/error-answers.ts'
import { clientAddress } from '../../http/limits/client-address.ts'
import { splitUrl } from '../../http/request-target.ts'
import { confirmationToken, isConfirmed } from '../../sign-in/confirmation.ts'
import { signInOf } from '../../sign-in/open-sign-in.ts'
import { scriptCredentials } from '../../sign-in/script-credentials.ts'
import type { SignedIn } from '../../sign-in/session.ts'
import { judgeSubmission } from '../../sign-in/submission.ts'
import type { Web } from '../../web.ts'
import { ConfirmNoteView, NoteLoginView, NoteRefusedView } from './note-answers.view.ts'

/** A user who may submit what was posted. */
export interface NoteSubmitter {
  readonly writer: NoteWriter
  /** Of a browser or a script with a session; undefined for one with a key. */
  readonly who: SignedIn | undefined
}

/**
 * The user who posts a form about notes, by the rules for requests: a script by its key or OAuth credentials, a
 * browser by its session, whose user is asked first if another site may have sent the form. Otherwise the answer that
 * says so.
 */
export function noteSubmissions(web: Web) {
  const signIn = signInOf(web)
  const authenticate = scriptAuthentication({
    accounts: web.state.accounts,
    launchpad: web.launchpad,
    budget: web.commons.badCredentials,
  })

  return async (c: Context, fields: URLSearchParams): Promise<NoteSubmitter | Response> => {
    const { group: address } = clientAddress(c, web.settings.trustedProxies)
    const script = await authenticate(scriptCredentials(c, address), new Date())
    if (script !== 'none') {
      if ('lines' in script) return answerNoteRefusal(c, web, undefined, script, fields)
      return { writer: { ...script, address }, who: undefined }
    }
    const who = await signIn.reader(c)
    if (who === undefined) return answerAnonymous(c, web, fields)
    const submission = judgeSubmission(name => c.req.header(name), web.settings)
    if (submission === 'never') {
      const explanation = 'This address leaves a note: it cannot be fetched in advance.'
      return answerText(web, c, { status: 503, title: 'Not fetched in advance', explanation })
    }
    if (submission === 'ask') {
      const { path } = splitUrl(c.req.url)
      const subject = subjectOf(path, fields)
      const token = fields.get('confirm') ?? ''
      if (!(await isConfirmed(signIn.signer, who, subject, token, Date.now()))) {
        const layout = { ...layoutOf(web), reader: who.nickname }
        const again = await confirmationToken(signIn.signer, who, subject, Date.now())
        const view = ConfirmNoteView({ layout, fields, action: path, token: again })
        return signIn.keep(c, readerHtml(view), who)
      }
    }
    const source = c.req.header('sec-fetch-site') === undefined ? 'script' : 'page'
    return { writer: { requester: who.nickname, source, address }, who }
  }
}

/** Never the query of a request: that has no blanks. */
function subjectOf(path: string, fields: URLSearchParams): string {
  const said = [...fields].filter(([name]) => name !== 'confirm')
  return `note ${path} ${JSON.stringify(said)}`
}

function answerAnonymous(c: Context, web: Web, fields: URLSearchParams): Response {
  if (wantsJson(c)) {
    const explanation = 'Log in, or send an API key.'
    return answerText(web, c, { status: 403, title: 'Not logged in', explanation })
  }
  return readerHtml(NoteLoginView(noteLogin(c, web, fields)), 403)
}

/** Addresses that a login leads back to are no longer. */
const LONGEST_NEXT = 8_000

/**
 * The page for a user who has to log in first: the form is filled in again afterwards, if an address can hold it.
 */
export function noteLogin(c: Context, web: Web, fields: URLSearchParams) {
  const { path } = splitUrl(c.req.url)
  const { baseUrl } = web.settings
  const filled = `${baseUrl}${path}?${fields}`
  const next = fields.size > 0 && filled.length <= LONGEST_NEXT ? filled : `${baseUrl}${path}`
  return { layout: layoutOf(web), next, text: fields.get('text') ?? '' }
}

/** Why a note was not kept. */
export function answerNoteRefusal(
  c: Context,
  web: Web,
  requester: string | undefined,
  { status, lines, ...more }: Refusal | LimitRefusal,
  fields: URLSearchParams,
): Response {
  const seconds = 'retryAfter' in more ? more.retryAfter : status === 503 ? RETRY_AFTER_S : undefined
  const wait = seconds === undefined ? {} : { 'retry-after': String(seconds) }
  if (wantsJson(c)) {
    const text = { status, title: lines[0] ?? 'Refused', explanation: lines.join('\n') }
    return answerText(web, c, text, wait)
  }
  const layout = { ...layoutOf(web), reader: requester }
  const text = fields.get('text') ?? ''
  return readerHtml(NoteRefusedView({ layout, lines, text }), status, wait)
}
