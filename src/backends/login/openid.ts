import { BadInput, Unavailable } from '../../domain/errors.ts'
import { keptAnswers } from '../../domain/time/kept-answers.ts'
import { fetchBounded } from '../http/fetch-bounded.ts'
import { OPENID, readClaims, SREG } from './answer.ts'
import { discoverEndpoint, PEER } from './discover.ts'
import type { RedirectLogin } from './login.ts'

export interface OpenidOptions {
  /** The one provider, `https://login.ubuntu.com/`. */
  readonly openidUrl: string
  /** The limit for each call. */
  readonly timeoutMs?: number
}

const ENDPOINT_MS = 3_600_000
const MOST_BYTES = 16 * 1024
/** The provider says who the user is (9.1): nobody types an identifier here. */
const SELECT = `${OPENID}/identifier_select`

/**
 * A relying party of OpenID 2.0 for one fixed provider, without associations: the provider itself is asked
 * whether it signed an answer (11.4.2), over the same TLS that would have carried a shared secret.
 */
export function openidLogin({ openidUrl, timeoutMs = 10_000 }: OpenidOptions): RedirectLogin {
  const known = keptAnswers(1)
  const endpoint = () =>
    known.get(
      'endpoint',
      () => discoverEndpoint(openidUrl, timeoutMs),
      () => ENDPOINT_MS,
    )

  /** Whether the provider made the signature, and was not asked about it before. */
  async function isVouchedFor(answer: URLSearchParams, at: string): Promise<boolean> {
    const fields = [...answer].filter(([key]) => key.startsWith('openid.'))
    const body = new URLSearchParams([...fields.filter(([key]) => key !== 'openid.mode')])
    body.set('openid.mode', 'check_authentication')
    const bounds = { timeoutMs, mostBytes: MOST_BYTES }
    const { status, text } = await fetchBounded(PEER, at, bounds, { method: 'POST', body })
    // 5.1.2.2: if it does not understand the request, the error is ours
    if (status === 400) return false
    const verdicts = text.split('\n').filter(line => line.startsWith('is_valid:'))
    if (status !== 200 || verdicts.length !== 1)
      throw new Unavailable(`${PEER} answers with status ${status} and no verdict`)
    return verdicts[0] === 'is_valid:true'
  }

  return {
    kind: 'redirect',

    async begin(realm, returnTo) {
      const url = new URL(await endpoint())
      const fields = {
        ns: OPENID,
        mode: 'checkid_setup',
        claimed_id: SELECT,
        identity: SELECT,
        realm,
        return_to: returnTo,
        'ns.sreg': SREG[0] as string,
        'sreg.required': 'nickname',
      }
      for (const [name, value] of Object.entries(fields)) url.searchParams.append(`openid.${name}`, value)
      return url.href
    },

    async complete(answer, { returnTo }, takeNonce) {
      const at = await endpoint()
      const { claimedId, nickname, nonce, nonceUntil } = readClaims(
        answer,
        { endpoint: at, returnTo },
        Date.now(),
      )
      if (!(await isVouchedFor(answer, at)))
        throw new BadInput('The login provider did not confirm this login: please try again.')
      if (!(await takeNonce(nonce, nonceUntil)))
        throw new BadInput('This login has already been completed: please try again.')
      return { claimedId, nickname }
    },

    close: async () => {},
  }
}
