import { readBounded } from '../../backends/http/fetch-bounded.ts'
import { BadInput } from '../../domain/errors.ts'
import { LAUNCHPAD_NAME } from '../../domain/request/launchpad-name.ts'

/**
 * A PPA as written in a request: `[user:token@]owner/name[:fingerprint]`. Contains a secret: never log or show it.
 */
export interface Ppa {
  readonly owner: string
  readonly name: string
  /** For a private PPA. */
  readonly login: { readonly user: string; readonly token: string } | undefined
  /** Of the key that signs the PPA; without it, Launchpad is asked for the key. */
  readonly fingerprint: string | undefined
}

/** Where PPAs are served, and where their keys are fetched. */
export interface PpaPlaces {
  /** Without a slash at the end, such as `https://ppa.launchpadcontent.net`. */
  readonly publicUrl: string
  readonly privateUrl: string
  readonly keyserverUrl: string
  readonly launchpadUrl: string
}

const SPEC = new RegExp(
  `^(?:([A-Za-z0-9._+-]{1,100}):([A-Za-z0-9._~-]{1,200})@)?(${LAUNCHPAD_NAME})/(?:ubuntu/)?(${LAUNCHPAD_NAME})(?::([0-9A-F]{16,64}))?$`,
)

/** {@link BadInput} for text that is not a PPA; the message does not repeat it. */
export function parsePpa(spec: string): Ppa {
  const found = SPEC.exec(spec)
  if (found === null) throw new BadInput('a PPA must have the form owner/name')
  const [, user, token, owner, name, fingerprint] = found
  const login = user === undefined || token === undefined ? undefined : { user, token }
  return { owner: owner as string, name: name as string, login, fingerprint }
}

const baseUrl = (ppa: Ppa, places: PpaPlaces): string =>
  `${ppa.login === undefined ? places.publicUrl : places.privateUrl}/${ppa.owner}/${ppa.name}/ubuntu`

/** The lines for apt's sources; without the login, as autopkgtest writes them into the log. */
export function aptSources(ppa: Ppa, release: string, places: PpaPlaces): string[] {
  return ['deb', 'deb-src'].map(type => `${type} ${baseUrl(ppa, places)} ${release} main`)
}

/** A file of apt_auth.conf(5) for a private PPA; undefined for a public one. */
export function aptLogin(ppa: Ppa, places: PpaPlaces): string | undefined {
  if (ppa.login === undefined) return undefined
  const { user, token } = ppa.login
  return `machine ${baseUrl(ppa, places)} login ${user} password ${token}\n`
}

const KEY_MS = 30_000
/** In bytes as sent. */
const LONGEST_KEY = 1024 * 1024
const ARMOURED = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[\s\S]*-----END PGP PUBLIC KEY BLOCK-----\s*$/

/**
 * Fetches the key that signs a PPA, ASCII-armoured: by its fingerprint from the key server (HKP, "The OpenPGP HTTP
 * Keyserver Protocol"), else from Launchpad (https://launchpad.net/+apidoc/1.0.html#archive, getSigningKeyData).
 * Throws an error that names the PPA if the key is not available.
 */
export async function fetchPpaKey(ppa: Ppa, places: PpaPlaces): Promise<string> {
  const { owner, name, fingerprint } = ppa
  const url =
    fingerprint === undefined
      ? `${places.launchpadUrl}/~${owner}/+archive/ubuntu/${name}?ws.op=getSigningKeyData`
      : `${places.keyserverUrl}/pks/lookup?op=get&options=mr&search=0x${fingerprint}`
  const answer = await fetch(url, { signal: AbortSignal.timeout(KEY_MS) })
  const text = await readBounded(`the key server of the PPA ${owner}/${name}`, answer, LONGEST_KEY)
  if (!answer.ok)
    throw new BadInput(`the key of the PPA ${owner}/${name} cannot be fetched: status ${answer.status}`)
  const key = fingerprint === undefined ? (JSON.parse(text) as unknown) : text
  if (typeof key !== 'string' || !ARMOURED.test(key.trimStart())) {
    throw new BadInput(`the key of the PPA ${owner}/${name} is not a valid key`)
  }
  return key.trimStart()
}
