import { BadInput } from '../../domain/errors.ts'
import { isLaunchpadName } from '../../domain/request/launchpad-name.ts'
import type { ProvenIdentity } from './login.ts'

/**
 * OpenID Authentication 2.0, https://openid.net/specs/openid-authentication-2_0.html; sections in comments.
 */
export const OPENID = 'http://specs.openid.net/auth/2.0'
/** Simple Registration has had two names; providers answer with either. */
export const SREG: readonly string[] = ['http://openid.net/extensions/sreg/1.1', 'http://openid.net/sreg/1.0']

const FIELDS = 100
const CHARACTERS = 64 * 1024
/** 10.1: an answer proves nothing unless these are signed. */
const SIGNED = ['op_endpoint', 'return_to', 'response_nonce', 'assoc_handle', 'claimed_id', 'identity']
const NONCE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)[\x21-\x7e]{0,235}$/
const NONCE_MS = 5 * 60_000
/** How far the provider's clock may be ahead of ours. */
const AHEAD_MS = 60_000

/** The claims of an answer; to be believed only after the provider has confirmed its signature. */
export interface Claims extends ProvenIdentity {
  readonly nonce: string
  /** After this time, the nonce is too old to be accepted. */
  readonly nonceUntil: Date
}

export interface ExpectedAnswer {
  readonly endpoint: string
  readonly returnTo: string
}

const forged = (what: string) => new BadInput(`The login provider's answer cannot be trusted: ${what}.`)

/** Makes all checks of an answer that do not need the provider. BadInput says what is wrong. */
export function readClaims(answer: URLSearchParams, expected: ExpectedAnswer, now: number): Claims {
  const fields = readFields(answer)
  refuseFailures(fields.get('mode'))
  if (fields.get('ns') !== OPENID) throw forged('it does not follow OpenID 2.0')
  const signed = readSigned(fields)
  if (fields.get('op_endpoint') !== expected.endpoint) throw forged('it is from another provider')
  checkReturn(answer, fields, expected.returnTo)
  const claimedId = readClaimedId(fields, new URL(expected.endpoint).origin)
  return { claimedId, nickname: readNickname(fields, signed), ...readNonce(fields, now) }
}

/** The fields by their names without `openid.`, each present once, and few enough. */
function readFields(answer: URLSearchParams): Map<string, string> {
  if (answer.size > FIELDS || answer.toString().length > CHARACTERS) throw forged('it is too long')
  const fields = new Map<string, string>()
  for (const [key, value] of answer) {
    if (!key.startsWith('openid.')) continue
    const name = key.slice('openid.'.length)
    if (fields.has(name)) throw forged('a field occurs twice')
    // The signed text has a line for each field (4.1.1): with a line break, one could pass for two
    if (/\p{Cc}/u.test(name + value)) throw forged('a field holds a control character')
    fields.set(name, value)
  }
  return fields
}

function refuseFailures(mode: string | undefined): void {
  if (mode === 'id_res') return
  if (mode === 'cancel') throw new BadInput('The login was cancelled.')
  if (mode === 'error' || mode === 'setup_needed') throw new BadInput('The login provider refused the login.')
  throw forged('it says neither yes nor no')
}

function readSigned(fields: ReadonlyMap<string, string>): ReadonlySet<string> {
  const names = (fields.get('signed') ?? '').split(',')
  const signed = new Set(names)
  if (signed.size < names.length) throw forged('a field is signed twice')
  const lacking = [...SIGNED.filter(name => !signed.has(name)), ...names.filter(name => !fields.has(name))]
  if (lacking.length > 0 || !fields.get('sig')) throw forged('it is not signed correctly')
  return signed
}

/** 11.1: it must be for the address that we gave, and must have arrived at that address, with its query. */
function checkReturn(answer: URLSearchParams, fields: ReadonlyMap<string, string>, returnTo: string): void {
  if (fields.get('return_to') !== returnTo) throw forged('it is meant for another address')
  const { searchParams } = new URL(returnTo)
  for (const key of new Set(searchParams.keys())) {
    if (JSON.stringify(answer.getAll(key)) !== JSON.stringify(searchParams.getAll(key)))
      throw forged('it arrived at another address')
  }
}

/** 11.2: only the provider can confirm a name on its own site, so there is nothing to discover. */
function readClaimedId(fields: ReadonlyMap<string, string>, origin: string): string {
  const claimedId = fields.get('claimed_id') ?? ''
  const url = URL.canParse(claimedId) ? new URL(claimedId) : undefined
  const isPlain = url?.href === claimedId && url.username === '' && url.password === ''
  if (!isPlain || url.origin !== origin || url.pathname === '/' || claimedId.length > 255)
    throw forged('its identity belongs to another site')
  if (fields.get('identity') !== claimedId.split('#')[0]) throw forged('it names two identities')
  return claimedId
}

/**
 * By Simple Registration, whose namespace must be signed too: else any signed field could be the nickname.
 */
function readNickname(fields: ReadonlyMap<string, string>, signed: ReadonlySet<string>): string {
  const spaces = [...fields].filter(([name, value]) => name.startsWith('ns.') && SREG.includes(value))
  const [space, ...others] = spaces.map(([name]) => name)
  const field = `${space?.slice('ns.'.length)}.nickname`
  const nickname = fields.get(field)
  if (space === undefined || nickname === undefined || nickname === '')
    throw new BadInput(
      'The login provider did not send your Launchpad name. Do you have a Launchpad account?',
    )
  if (others.length > 0 || !signed.has(space) || !signed.has(field)) throw forged('the name is not signed')
  if (!isLaunchpadName(nickname)) throw forged('the name is not a valid Launchpad name')
  return nickname
}

/** 11.3 */
function readNonce(fields: ReadonlyMap<string, string>, now: number): Pick<Claims, 'nonce' | 'nonceUntil'> {
  const nonce = fields.get('response_nonce') ?? ''
  const made = Date.parse(NONCE.exec(nonce)?.[1] ?? '')
  if (Number.isNaN(made)) throw forged('it has no timestamp')
  if (now - made > NONCE_MS) throw new BadInput('This login took too long: please try again.')
  if (made - now > AHEAD_MS) throw forged('its timestamp is in the future')
  return { nonce, nonceUntil: new Date(made + NONCE_MS + AHEAD_MS) }
}
