import { setTimeout as sleep } from 'node:timers/promises'
import { Conflict, Forbidden, messageOf, NotFound, Unavailable } from '../../../domain/errors.ts'
import { objectType } from '../../../domain/object-type.ts'
import { withoutTrailingSlashes } from '../../../domain/text/trailing-slashes.ts'
import type { Log } from '../../../log.ts'
import { checkContainer, checkObject, checkQuery } from '../object-names.ts'
import { persist, type Timing, Transient, usualTiming } from '../persist.ts'
import { checkRange, parseContentRange, rangeHeader, unsatisfiable } from '../ranges.ts'
import type { ListQuery, Store, StoredObject } from '../store.ts'
import { anonymousSession, type Grant, keystoneSession } from './keystone.ts'
import { infoOf, isPublicAcl, readContainers, readListing, retryAfter } from './swift-answers.ts'
import type { KeystoneConfig } from './token-request.ts'
import { discard, type HttpAnswer, type HttpRequest, openTransport, type UploadBody } from './transport.ts'

/** How to access an account: as its owner, or anonymously by its public address. */
export type SwiftConfig = KeystoneConfig | { readonly login: 'anonymous'; readonly storageUrl: string }

interface Call extends Pick<HttpRequest, 'method' | 'headers' | 'body' | 'signal'> {
  readonly container?: string
  readonly name?: string
  readonly query?: Readonly<Record<string, string>>
  /** Whether to send no token. */
  readonly asAnonymous?: boolean
}

/** Answers that mean "not now" (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4). */
const NOT_NOW = new Set([408, 429, 500, 502, 503, 504])

/** The state of the store must be known soon. */
const STATE_MS = 5_000

/**
 * The store in OpenStack Swift (https://docs.openstack.org/api-ref/object-store/), or a compatible server.
 * Requests are repeated for a while where possible; a token is renewed before it ends, and once when it is
 * refused.
 */
export function swiftStore(
  config: SwiftConfig,
  { log, timing = usualTiming }: { readonly log: Log; readonly timing?: Timing },
): Store {
  const transport = openTransport(timing)
  const session =
    config.login === 'keystone'
      ? keystoneSession(config, transport, log)
      : anonymousSession(config.storageUrl)
  /** Without a login, missing and private objects get the same answer. */
  const isMissing = ({ status }: HttpAnswer) =>
    status === 404 || (config.login === 'anonymous' && (status === 401 || status === 403))

  /** Makes one attempt. */
  const exchange = async (call: Call): Promise<HttpAnswer> => {
    const grant = await session.grant()
    let answer = await transport.send(requestFor(call, grant))
    if (answer.status === 401 && !call.asAnonymous && !isStarted(call.body)) {
      discard(answer)
      const renewed = await session.renew(grant)
      if (renewed !== undefined) answer = await transport.send(requestFor(call, renewed))
    }
    if (NOT_NOW.has(answer.status)) {
      discard(answer)
      throw new Transient(`the object store answers ${answer.status}`, {
        pauseMs: retryAfter(answer),
      })
    }
    return answer
  }

  /** Makes as many attempts as necessary and allowed, each including the reading of its answer. */
  const ask = <T>(call: Call, read: (answer: HttpAnswer) => T | Promise<T>): Promise<T> => {
    let count = 0
    const attempt = async () => {
      if (count++ > 0) log.debug({ method: call.method, attempt: count }, 'object store: retrying')
      const answer = await exchange(call)
      try {
        return await read(answer)
      } catch (error) {
        answer.body.destroy()
        throw error
      }
    }
    return persist(timing, call.signal, attempt, () => !isStarted(call.body))
  }

  return {
    containers(query = {}) {
      const { prefix, after, limit } = checkQuery(query)
      const asked = listingQuery({ prefix, marker: after, limit })
      return ask({ method: 'GET', query: asked }, async answer => {
        if (answer.status === 200) return readContainers(answer, { after, limit })
        if (answer.status !== 204 && !isMissing(answer)) throw refused(answer)
        discard(answer)
        if (answer.status === 401 || answer.status === 403) {
          throw new Forbidden('the object store lists its containers for their owner only')
        }
        return []
      })
    },

    async list(container, query = {}) {
      checkContainer(container)
      const checked = checkQuery(query)
      const asked = listingQuery({ ...query, limit: checked.limit })
      return ask({ method: 'GET', container, query: asked }, async answer => {
        if (answer.status === 200) return readListing(answer, checked)
        if (answer.status !== 204 && !isMissing(answer)) throw refused(answer)
        discard(answer)
        return answer.status === 204 ? [] : undefined
      })
    },

    async access(container) {
      checkContainer(container)
      const acl = await ask({ method: 'HEAD', container }, answer => {
        discard(answer)
        if (isMissing(answer)) return 'missing'
        if (answer.status > 204) throw refused(answer)
        return (answer.headers['x-container-read'] as string | undefined) ?? 'none'
      })
      if (acl === 'missing') return 'missing'
      if (acl !== 'none') return isPublicAcl(acl) ? 'public' : 'private'
      // Swift shows the ACL to the owner only, and treats an expired token as anonymous: what anybody may
      // list is public
      return ask({ method: 'HEAD', container, asAnonymous: true }, answer => {
        discard(answer)
        return answer.status <= 204 ? 'public' : 'private'
      })
    },

    async head(container, name) {
      checkContainer(container)
      checkObject(name)
      return ask({ method: 'HEAD', container, name }, answer => {
        discard(answer)
        if (isMissing(answer)) return undefined
        if (answer.status !== 200) throw refused(answer)
        return infoOf(answer)
      })
    },

    async get(container, name, { range, signal } = {}): Promise<StoredObject | undefined> {
      checkContainer(container)
      checkObject(name)
      if (range !== undefined) checkRange(range)
      const headers: Record<string, string> = range === undefined ? {} : { range: rangeHeader(range) }
      return ask({ method: 'GET', container, name, headers, signal }, answer => {
        const { status, body } = answer
        if (status === 200) return { ...infoOf(answer), body }
        if (status === 206 && range !== undefined) {
          const given = parseContentRange(answer.headers['content-range'])
          if (given === undefined)
            throw new Unavailable('the object store does not say which range it returned')
          return { ...infoOf(answer, given), body, range: given }
        }
        if (status === 416) throw unsatisfiable()
        if (!isMissing(answer)) throw refused(answer)
        discard(answer)
        return undefined
      })
    },

    async put(container, name, body, options = {}) {
      const upload = body instanceof Uint8Array ? body : { stream: body, started: false }
      // It may fail before anybody reads it, and then reports the error to the reader
      if (!(body instanceof Uint8Array)) body.on('error', () => {})
      try {
        checkContainer(container)
        checkObject(name)
        const { contentType, contentEncoding } =
          options.contentType === undefined ? { ...objectType(name), ...options } : options
        const headers = {
          'content-type': contentType as string,
          ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
        }
        await ask({ method: 'PUT', container, name, headers, body: upload }, answer => {
          discard(answer)
          if (answer.status === 404) throw new NotFound(`there is no container ${container}`)
          if (answer.status !== 201 && answer.status !== 202) throw refused(answer)
        })
      } finally {
        if (!(body instanceof Uint8Array)) body.destroy()
      }
    },

    async createContainer(container, access, reader) {
      checkContainer(container)
      if (config.login === 'anonymous') throw new Forbidden('the object store is read without a login')
      const readers = reader === undefined ? '' : `*:${reader}`
      const headers = { 'x-container-read': access === 'public' ? '.r:*,.rlistings' : readers }
      await ask({ method: 'PUT', container, headers }, answer => {
        discard(answer)
        if (answer.status < 200 || answer.status > 204) throw refused(answer)
      })
    },

    async removeContainer(container) {
      checkContainer(container)
      await ask({ method: 'DELETE', container }, answer => {
        discard(answer)
        if (answer.status === 409) throw new Conflict(`the container ${container} is not empty`)
        if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) throw refused(answer)
      })
    },

    async remove(container, name) {
      checkContainer(container)
      checkObject(name)
      await ask({ method: 'DELETE', container, name }, answer => {
        discard(answer)
        if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) throw refused(answer)
      })
    },

    async state() {
      const asking = exchange({ method: 'HEAD' }).then(answer => {
        discard(answer)
        // An account is created with its first container; it may exist unseen without a login
        if (answer.status > 204 && !isMissing(answer)) throw refused(answer)
      })
      const waiting = sleep(STATE_MS, undefined, { ref: false }).then(() => {
        throw new Unavailable('the object store does not answer in time')
      })
      return Promise.race([asking, waiting]).then(
        () => ({ ok: true as const }),
        (error: unknown) => ({ ok: false as const, reason: messageOf(error) }),
      )
    },

    async close() {
      transport.close()
    },
  }
}

const isStarted = (body: Uint8Array | UploadBody | undefined): boolean =>
  body !== undefined && !(body instanceof Uint8Array) && body.started

function requestFor(call: Call, grant: Grant): HttpRequest {
  const { method, headers, body, signal, container, name, query } = call
  const parts = [container, ...(name?.split('/') ?? [])].filter(part => part !== undefined)
  const token = call.asAnonymous ? undefined : grant.token
  const account = withoutTrailingSlashes(grant.account.pathname)
  const path = [account, ...parts.map(encodeURIComponent)].join('/')
  const pairs = Object.entries(query ?? {}).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  return {
    peer: 'the object store',
    method,
    url: grant.account,
    path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: { ...headers, ...(token === undefined ? {} : { 'x-auth-token': token }) },
    ...(body === undefined ? {} : { body }),
    signal,
  }
}

function listingQuery({ prefix, delimiter, marker, endMarker, limit }: ListQuery): Record<string, string> {
  const asked = { prefix, delimiter, marker, end_marker: endMarker, limit: String(limit) }
  const given = Object.entries(asked).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return { format: 'json', ...Object.fromEntries(given) }
}

/** The error for an answer that is unexpected for any request. */
function refused({ status }: HttpAnswer): Error {
  if (status === 401) return new Unavailable('the object store refuses the configured credentials')
  if (status === 403)
    return new Unavailable('the object store does not permit this for the configured account')
  if (status >= 300 && status < 400)
    return new Unavailable('the object store redirects to another address, which is not followed')
  return new Unavailable(`the object store answers ${status}`)
}
