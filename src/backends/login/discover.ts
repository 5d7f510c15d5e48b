import { Unavailable } from '../../domain/errors.ts'
import { fetchBounded } from '../http/fetch-bounded.ts'

/** The name of the provider in messages: the login page shows who it is. */
export const PEER = 'the login provider'

const MOST_BYTES = 32 * 1024
/** The most steps from the configured address, by redirects and headers, to the document. */
const HOPS = 4
const SERVER = 'http://specs.openid.net/auth/2.0/server'

/**
 * Finds the endpoint of an OpenID 2.0 provider by Yadis
 * (https://openid.net/specs/openid-authentication-2_0.html, 7.3.2), on the provider's own origin only.
 * Unavailable if it cannot be found.
 */
export async function discoverEndpoint(openidUrl: string, timeoutMs: number): Promise<string> {
  const document = await fetchDocument(new URL(openidUrl), timeoutMs)
  const endpoint = endpointIn(document)
  if (endpoint === undefined) throw new Unavailable(`${PEER} does not say that it speaks OpenID 2.0`)
  return onOrigin(endpoint, new URL(openidUrl)).href
}

async function fetchDocument(start: URL, timeoutMs: number): Promise<string> {
  let at = start
  for (let hop = 0; hop < HOPS; hop++) {
    const bounds = { timeoutMs, mostBytes: MOST_BYTES }
    const { status, headers, text } = await fetchBounded(PEER, at.href, bounds, {
      headers: { accept: 'application/xrds+xml' },
    })
    if (status === 200 && headers.get('content-type')?.startsWith('application/xrds+xml')) return text
    const next = headers.get(status === 200 ? 'x-xrds-location' : 'location')
    if (next === null || status < 200 || status > 399) {
      throw new Unavailable(`${PEER} answers with status ${status} and no XRDS document`)
    }
    at = onOrigin(next, start, at)
  }
  throw new Unavailable(`${PEER} redirects too often`)
}

function onOrigin(link: string, origin: URL, base: URL = origin): URL {
  const url = URL.canParse(link, base.href) ? new URL(link, base) : undefined
  if (url?.origin !== origin.origin) throw new Unavailable(`${PEER} redirects to another site`)
  return url
}

/** The URI of the service with the lowest priority number that is an OpenID 2.0 server. */
function endpointIn(xrds: string): string | undefined {
  const services = elements(xrds, 'Service').map(({ attributes, body }) => ({
    priority: Number(/\bpriority="(\d+)"/.exec(attributes)?.[1] ?? Number.POSITIVE_INFINITY),
    types: texts(body, 'Type'),
    uris: texts(body, 'URI'),
  }))
  return services
    .filter(({ types, uris }) => types.includes(SERVER) && uris.length > 0)
    .sort((a, b) => (a.priority === b.priority ? 0 : a.priority - b.priority))[0]?.uris[0]
}

const texts = (xml: string, name: string): string[] =>
  elements(xml, name)
    .filter(({ body }) => !body.includes('<'))
    .map(({ body }) => body.trim().replaceAll('&amp;', '&'))

interface Element {
  readonly attributes: string
  readonly body: string
}

/** The elements of a name, none of which contains another of that name. Goes through the text once. */
function elements(xml: string, name: string): Element[] {
  const [open, close] = [`<${name}`, `</${name}>`]
  const found: Element[] = []
  let at = xml.indexOf(open)
  while (at !== -1) {
    const begin = at + open.length
    if (/[\s>]/.test(xml[begin] ?? '')) {
      const tagEnd = xml.indexOf('>', begin)
      const end = tagEnd === -1 ? -1 : xml.indexOf(close, tagEnd)
      if (end === -1) break
      found.push({ attributes: xml.slice(begin, tagEnd), body: xml.slice(tagEnd + 1, end) })
      at = xml.indexOf(open, end)
    } else at = xml.indexOf(open, begin)
  }
  return found
}
