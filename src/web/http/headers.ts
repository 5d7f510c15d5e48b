import type { Answerer } from './answerer.ts'

/** How long others may keep an answer, by name; the header follows from it. */
export type CachePolicy =
  /** Anonymous page or JSON: may be kept, must be asked for again each time (304 when it did not change). */
  | 'revalidate'
  /** The same of an answer that leads elsewhere. */
  | 'ask-again'
  /** Files that other programs fetch again and again, as the reference serves `/static/`. */
  | 'minute'
  /** The name holds a hash of the content. */
  | 'immutable'
  /** Streams and errors. */
  | 'no-store'
  /** For one reader alone. */
  | 'private'

const CACHE_CONTROL: Readonly<Record<CachePolicy, string>> = {
  revalidate: 'public, no-cache',
  'ask-again': 'no-cache',
  minute: 'public, max-age=60',
  immutable: 'public, max-age=31536000, immutable',
  'no-store': 'no-store',
  private: 'private, no-store',
}

/** The header of a policy, to be spread into those of an answer. */
export const cached = (policy: CachePolicy): { 'cache-control': string } => ({
  'cache-control': CACHE_CONTROL[policy],
})

/**
 * What browsers are to allow our pages: nothing inline, nothing from elsewhere.
 * @param loginOrigin where the answer to a login form may lead, as browsers check that too
 */
export function securityPolicy(loginOrigin?: string): { 'content-security-policy': string } {
  const formAction = loginOrigin === undefined ? "'self'" : `'self' ${loginOrigin}`
  const rules = [
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
  ]
  return { 'content-security-policy': rules.join('; ') }
}

/** For what a tester uploaded: it must not run under our name, whatever it is. */
export const UPLOADED_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
}

/** Of every answer, unless it brings its own. */
const SECURITY_HEADERS = Object.entries({
  ...securityPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
})

/** Sets those headers of an answer that it does not have. */
export function addMissing(response: Response, headers: Iterable<readonly [string, string]>): Response {
  for (const [name, value] of headers) {
    if (!response.headers.has(name)) response.headers.set(name, value)
  }
  return response
}

/** An answer that is sent as it was kept. A `WeakSet` of them would cost a kept page a tenth of its time. */
interface Marked extends Response {
  isKept?: true
}

/** Headers of what is kept, with those of every answer. */
export const keptHeaders = (own: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(SECURITY_HEADERS),
  ...own,
})

/**
 * An answer with headers that were made ready when it was kept: reading them now would have Node build its own form of them,
 * which takes a fifth of the time of a kept page.
 */
export function keptResponse(body: Uint8Array<ArrayBuffer> | null, init: ResponseInit): Response {
  const response: Marked = new Response(body, init)
  response.isKept = true
  return response
}

/** Gives every answer the headers that all have. */
export function secured(answer: Answerer): Answerer {
  const complete = (response: Marked): Response =>
    response.isKept === true ? response : addMissing(response, SECURITY_HEADERS)
  return c => {
    const response = answer(c)
    return response instanceof Promise ? response.then(complete) : complete(response)
  }
}
