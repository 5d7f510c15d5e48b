import { createHash } from 'node:crypto'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Accounts } from '../../backends/state/accounts.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import type { FailureBudget } from '../github/failure-budget.ts'

/** Our keys have 43 characters; those of a file of older installations may have more. */
const LONGEST_KEY = 200
/** Longer than any name on Launchpad. */
const LONGEST_NAME = 100
const LONGEST_OAUTH = 1000
/** Credentials that were good are asked about whatever others do. */
const MOST_GOOD = 1000

/** What a script sends to say who it is; each may be missing. */
export interface ScriptCredentials {
  /** The value of the cookie `X-Api-Key`: `NAME:key`. */
  readonly apiKeyCookie: string | undefined
  /** The header `Authorization`; only its scheme `Bearer` is read. */
  readonly authorization: string | undefined
  /** The header or the cookie `X-Launchpad-OAuth`: `consumer:token:secret`. */
  readonly launchpadOauth: string | undefined
  /** The group of addresses that it comes from. */
  readonly address: string
}

/** `none`: no valid credentials were sent, as if nobody were logged in. None of these ever starts a session. */
export type ScriptIdentity = { readonly requester: string; readonly source: 'key' } | Refusal | 'none'

export type AuthenticateScript = (credentials: ScriptCredentials, now: Date) => Promise<ScriptIdentity>

interface Deps {
  readonly accounts: Pick<Accounts, 'keyOwner'>
  readonly launchpad: Pick<Launchpad, 'whoIs'>
  /** Bad credentials that Launchpad was asked about. */
  readonly budget: FailureBudget
}

const refuse = (status: 403 | 429, line: string): Refusal => ({ status, lines: [line] })
const known = (requester: string): ScriptIdentity => ({ requester, source: 'key' })

/**
 * Identifies a script. Wrong OAuth credentials and `Bearer` keys are refused; a wrong cookie is ignored, as in older
 * installations. Throws Unavailable if the state database or Launchpad is unavailable. To be created once, as it
 * counts bad credentials.
 */
export function scriptAuthentication({ accounts, launchpad, budget }: Deps): AuthenticateScript {
  const whoIs = whoIsOnLaunchpad(launchpad, budget)
  const ownerOf = async (key: string, now: Date) =>
    key.length > 0 && key.length <= LONGEST_KEY ? accounts.keyOwner(key, now) : undefined

  return async ({ apiKeyCookie, authorization, launchpadOauth, address }, now) => {
    if (launchpadOauth !== undefined) return whoIs(launchpadOauth, address, now)
    const bearer = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
    if (bearer !== undefined) {
      const owner = await ownerOf(bearer, now)
      return owner === undefined ? refuse(403, 'Authorization failure') : known(owner)
    }
    const named = splitCookie(apiKeyCookie ?? '')
    if (named === undefined || (await ownerOf(named.key, now)) !== named.name) return 'none'
    return known(named.name)
  }
}

/** `NAME:key` with just one colon. */
function splitCookie(value: string): { readonly name: string; readonly key: string } | undefined {
  if (value.length > LONGEST_NAME + 1 + LONGEST_KEY) return undefined
  const [name, key, ...more] = value.split(':')
  return name && key && more.length === 0 ? { name, key } : undefined
}

/** Asks Launchpad, but not about malformed credentials, nor for addresses that have tried too many. */
function whoIsOnLaunchpad(launchpad: Pick<Launchpad, 'whoIs'>, budget: FailureBudget) {
  const good = new Set<string>()
  const bad = refuse(403, 'Invalid Launchpad OAuth credentials')

  return async (value: string, address: string, now: Date): Promise<ScriptIdentity> => {
    const credentials = splitOauth(value)
    if (credentials === undefined) return bad
    const hash = createHash('sha256').update(value).digest('hex')
    const isTrusted = good.has(hash)
    if (!isTrusted && !(await budget.take(address, now))) {
      return refuse(429, 'Too many invalid Launchpad OAuth credentials. Please try again later.')
    }
    let isWrong = false
    try {
      const name = await launchpad.whoIs(credentials)
      isWrong = name === undefined
      good.delete(hash)
      if (name === undefined) return bad
      good.add(hash)
      const [oldest] = good
      if (good.size > MOST_GOOD && oldest !== undefined) good.delete(oldest)
      return known(name)
    } finally {
      if (!isTrusted && !isWrong) budget.giveBack(address)
    }
  }
}

/** The last two colons count: a consumer may have more. */
function splitOauth(value: string): Parameters<Launchpad['whoIs']>[0] | undefined {
  const [, consumer, token, secret] =
    (value.length <= LONGEST_OAUTH &&
      /^([\x20-\x7e]+):([\x21-\x39\x3b-\x7e]+):([\x21-\x39\x3b-\x7e]+)$/.exec(value)) ||
    []
  return consumer && token && secret ? { consumer, token, secret } : undefined
}
