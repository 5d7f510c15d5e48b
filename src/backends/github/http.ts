import { githubError } from '../../contracts/api/github-event.ts'
import { messageOf } from '../../domain/errors.ts'
import { isStatusesUrlOf } from '../../domain/request/github-status.ts'
import { fetchBounded, type WholeAnswer } from '../http/fetch-bounded.ts'
import { signedBySecrets } from './check-signature.ts'
import { type Credentials, readStatusCredentials } from './credentials.ts'
import type { Github, StatusAnswer } from './github.ts'
import { readRateLimit } from './rate-limit.ts'

export interface HttpGithubOptions {
  /** `https://api.github.com`, without a slash at its end. */
  readonly apiUrl: string
  /** A JSON file, package → secret or list of secrets; if undefined, no webhook is trusted. */
  readonly secretsFile: string | undefined
  /** A file of lines `package:user:token`; if undefined, no status is posted. */
  readonly credentialsFile: string | undefined
  readonly timeoutMs?: number
}

const PEER = 'GitHub'
/** GitHub's answer to a status is some 2 kB. */
const MOST_BYTES = 256 * 1024
/** GitHub's limit for a description. */
const LONGEST_DESCRIPTION = 140

const refused = (reason: string): StatusAnswer => ({ answer: 'refused', reason })
const failed = (reason: string, notBefore?: Date): StatusAnswer => ({ answer: 'failed', reason, notBefore })

/** GitHub by its REST API (https://docs.github.com/rest/commits/statuses), with one attempt per call. */
export function httpGithub(options: HttpGithubOptions): Github {
  const { apiUrl, secretsFile, credentialsFile, timeoutMs = 10_000 } = options
  const closing = new AbortController()
  const credentialsOf = readStatusCredentials(credentialsFile)
  /** The time until which GitHub wants no requests of a user. */
  const quiet = new Map<string, { readonly until: Date; readonly endsAt: number }>()

  function send(url: string, { user, token }: Credentials, body: object): Promise<WholeAnswer> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
      'content-type': 'application/json',
      'user-agent': 'autopkgtest-web',
    }
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal: closing.signal }
    return fetchBounded(PEER, url, { timeoutMs, mostBytes: MOST_BYTES }, request)
  }

  function understand(answer: WholeAnswer, user: string): StatusAnswer {
    const { status, headers, text } = answer
    if (status >= 200 && status < 300) return { answer: 'posted' }
    const reason = `${PEER} answers with status ${status}${quoteError(text)}`
    const now = new Date()
    const until = readRateLimit(status, headers, text, now)
    if (until !== undefined) {
      // By the monotonic clock: setting the clock back must not silence us for as long
      quiet.set(user, { until, endsAt: performance.now() + until.getTime() - now.getTime() })
      return failed(reason, until)
    }
    if (status >= 300 && status < 400) return refused(`${PEER} redirects to another host`)
    // It is gone, or has as many statuses as it can hold
    return status === 410 || status === 422 ? refused(reason) : failed(reason)
  }

  return {
    isSigned: signedBySecrets(secretsFile),

    async postStatus(packageName, url, status) {
      if (!isStatusesUrlOf(apiUrl, url)) return refused('these statuses are not on the configured GitHub')
      try {
        const credentials = await credentialsOf(packageName)
        if (credentials === undefined) return refused(`there are no credentials for ${packageName}`)
        const silence = quiet.get(credentials.user)
        if (silence !== undefined && silence.endsAt > performance.now())
          return failed(`${PEER} is limiting requests for now`, silence.until)
        quiet.delete(credentials.user)
        const { state, context, description, targetUrl } = status
        const cut = description.slice(0, LONGEST_DESCRIPTION).toWellFormed()
        const body = { state, context, description: cut, target_url: targetUrl }
        return understand(await send(url, credentials, body), credentials.user)
      } catch (error) {
        return failed(messageOf(error))
      }
    },

    close: async () => closing.abort(),
  }
}

/** GitHub's own error message, for the log. */
function quoteError(text: string): string {
  try {
    const { message } = githubError.parse(JSON.parse(text))
    return `: ${message.slice(0, 200)}`
  } catch {
    return ''
  }
}
