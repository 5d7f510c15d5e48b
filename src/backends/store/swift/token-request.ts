import { withoutTrailingSlashes } from '../../../domain/text/trailing-slashes.ts'
import { parseStoreAddress } from './store-address.ts'
import type { HttpRequest } from './transport.ts'

export interface KeystoneConfig {
  readonly login: 'keystone'
  /** With or without `/v3` at its end. */
  readonly authUrl: string
  readonly username: string
  readonly password: string
  readonly projectName: string
  /** Names of domains; `default` is also the id of the first one. */
  readonly projectDomainName: string
  readonly userDomainName: string
  /** Which endpoint of the catalog; undefined for the first. */
  readonly region?: string | undefined
  /** The account's address, if it differs from the catalog's. */
  readonly storageUrl?: string | undefined
}

/** The id of the first domain of an OpenStack. Its name is `Default`. */
const FIRST_DOMAIN = 'default'

type DomainOf = (name: string) => { readonly name: string } | { readonly id: string }

const byName: DomainOf = name => ({ name })
const byIdOfFirst: DomainOf = name => (name === FIRST_DOMAIN ? { id: name } : { name })

/**
 * The requests for a token, the likelier first. A domain is given by its name; `default` is taken for the id
 * of the first domain, whose name not every Keystone finds in small letters (that depends on its database),
 * and for a name if that is refused.
 * https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization
 */
export function tokenRequests(config: KeystoneConfig): readonly [HttpRequest, ...HttpRequest[]] {
  const isFirst = [config.userDomainName, config.projectDomainName].includes(FIRST_DOMAIN)
  return isFirst
    ? [tokenRequest(config, byIdOfFirst), tokenRequest(config, byName)]
    : [tokenRequest(config, byName)]
}

function tokenRequest(config: KeystoneConfig, domain: DomainOf): HttpRequest {
  const url = parseStoreAddress(config.authUrl)
  const base = withoutTrailingSlashes(url.pathname)
  const user = {
    name: config.username,
    password: config.password,
    domain: domain(config.userDomainName),
  }
  const project = { name: config.projectName, domain: domain(config.projectDomainName) }
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project } }
  return {
    peer: 'Keystone',
    method: 'POST',
    url,
    path: `${base.endsWith('/v3') ? base : `${base}/v3`}/auth/tokens`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: Buffer.from(JSON.stringify({ auth })),
  }
}
