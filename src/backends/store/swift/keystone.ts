import { z } from 'zod'
import { Unavailable } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import { Transient } from '../persist.ts'
import { parseStoreAddress } from './store-address.ts'
import { type KeystoneConfig, tokenRequests } from './token-request.ts'
import { discard, type HttpAnswer, readJson, type Transport } from './transport.ts'

/** A right to use an account, and its address. */
export interface Grant {
  readonly account: URL
  /** Undefined for anonymous access. */
  readonly token?: string
}

export interface KeystoneSession {
  grant(): Promise<Grant>
  /** A new one in place of one that was refused; undefined if there can be no other. */
  renew(refused: Grant): Promise<Grant | undefined>
}

interface TimedGrant extends Grant {
  readonly renewAt: number
  readonly endsAt: number
}

/** A token is renewed this long before its end, or after four fifths of a short life. */
const MARGIN_MS = 5 * 60_000
/** Wrong credentials are not tried again sooner: a Keystone may lock an account after a few attempts. */
const REFUSED_MS = 10_000
/** The catalog of a large cloud has some 100 KB. */
const MOST = 4 * 1024 * 1024

/** https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization */
const TokenAnswer = z.object({
  token: z.object({
    issued_at: z.string(),
    expires_at: z.string(),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({
              interface: z.string(),
              region: z.string().nullish(),
              region_id: z.string().nullish(),
              url: z.string(),
            }),
          ),
        }),
      )
      .default([]),
  }),
})
type Catalog = z.infer<typeof TokenAnswer>['token']['catalog']

/** A session without credentials. */
export function anonymousSession(storageUrl: string): KeystoneSession {
  const grant: Grant = { account: parseStoreAddress(storageUrl) }
  return { grant: async () => grant, renew: async () => undefined }
}

/** Logs in with a password when first asked, again before the token ends, once for all who wait. */
export function keystoneSession(config: KeystoneConfig, transport: Transport, log: Log): KeystoneSession {
  let current: TimedGrant | undefined
  let pending: Promise<TimedGrant> | undefined
  let refusal: { readonly until: number; readonly error: unknown } | undefined

  let requests = tokenRequests(config)
  const fixedAccount = config.storageUrl === undefined ? undefined : parseStoreAddress(config.storageUrl)

  /** Tries each request until one is not refused; from then on only the one that worked. */
  const ask = async () => {
    const [first, ...others] = requests
    let request = first
    let answer = await transport.send(request)
    for (const other of others) {
      if (answer.status !== 401) break
      discard(answer)
      request = other
      answer = await transport.send(request)
    }
    return { answer, request }
  }
  const logIn = async (): Promise<TimedGrant> => {
    if (refusal !== undefined && performance.now() < refusal.until) throw refusal.error
    const { answer, request } = await ask()
    if (answer.status !== 201) {
      const error = refusalOf(answer, config)
      if (!(error instanceof Transient)) refusal = { until: performance.now() + REFUSED_MS, error }
      log.warn({ status: answer.status }, 'object store: Keystone gave no token')
      throw error
    }
    requests = [request]
    current = await readGrant(answer, catalog => fixedAccount ?? findAccount(catalog, config.region))
    refusal = undefined
    log.debug(
      { seconds: Math.round((current.endsAt - performance.now()) / 1000) },
      'object store: got a token',
    )
    return current
  }
  const logInOnce = () => {
    pending ??= logIn().finally(() => {
      pending = undefined
    })
    return pending
  }

  return {
    async grant() {
      if (current !== undefined && performance.now() < current.renewAt) return current
      try {
        return await logInOnce()
      } catch (error) {
        if (current !== undefined && performance.now() < current.endsAt) return current
        throw error
      }
    },
    async renew(refused) {
      return current !== undefined && current !== refused ? current : logInOnce()
    },
  }
}

function refusalOf(answer: HttpAnswer, config: KeystoneConfig): Unavailable {
  discard(answer)
  if (answer.status >= 500 || answer.status === 429) {
    return new Transient(`Keystone answers ${answer.status}`)
  }
  if (answer.status === 401) {
    const [user, project] = [JSON.stringify(config.userDomainName), JSON.stringify(config.projectDomainName)]
    const domains =
      user === project ? `domain ${user}` : `domain ${user} of the user, ${project} of the project`
    return new Unavailable(`Keystone refuses the credentials of the object store (${domains})`)
  }
  return new Unavailable(`Keystone gave no token, but ${answer.status}`)
}

async function readGrant(answer: HttpAnswer, accountIn: (catalog: Catalog) => URL): Promise<TimedGrant> {
  const asked = performance.now()
  const token = answer.headers['x-subject-token']
  const parsed = await readJson(answer, TokenAnswer, MOST)
  if (parsed === undefined || typeof token !== 'string')
    throw new Unavailable('Keystone sent an invalid token')
  const { catalog, expires_at, issued_at } = parsed.token
  // By its own clock: ours may differ
  const life = Date.parse(expires_at) - Date.parse(issued_at)
  if (!(life > 0)) throw new Unavailable('Keystone sent a token that has already expired')
  return {
    account: accountIn(catalog),
    token,
    renewAt: asked + life - Math.min(MARGIN_MS, life / 5),
    endsAt: asked + life,
  }
}

function findAccount(catalog: Catalog, region: string | undefined): URL {
  const found = catalog
    .filter(service => service.type === 'object-store')
    .flatMap(service => service.endpoints)
    .filter(endpoint => endpoint.interface === 'public')
    .find(endpoint => region === undefined || (endpoint.region_id ?? endpoint.region) === region)
  if (found === undefined) {
    const where = region === undefined ? '' : ` in the region ${region}`
    throw new Unavailable(`Keystone's catalog names no public object store${where}`)
  }
  try {
    return parseStoreAddress(found.url)
  } catch (error) {
    throw new Unavailable("Keystone's catalog names no usable address of the object store", { cause: error })
  }
}
