import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type HttpPeer, startPeer } from './http-peer.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** An OpenID 2.0 provider that signs whatever it is told to, and misbehaves where a test wants it to. */
export interface FakeOpenid extends HttpPeer {
  /** Its answer from now on at `/` and at its endpoint; undefined: that of a good provider. */
  misbehave: { discovery?: Handle; verification?: Handle }
  /** Signs these fields, with the other parts of an answer, for `returnTo`. */
  sign(
    returnTo: string,
    fields: Readonly<Record<string, string>>,
    signed?: readonly string[],
  ): URLSearchParams
}

const ALICE = {
  'ns.sreg': 'http://openid.net/extensions/sreg/1.1',
  'sreg.nickname': 'alice',
}

/** Starts one at `/`, with its endpoint at `/openid`; everybody is alice. */
export async function startFakeOpenid(): Promise<FakeOpenid> {
  const key = randomBytes(20)
  const mac = (fields: URLSearchParams) => {
    const names = (fields.get('openid.signed') ?? '').split(',')
    const lines = names.map(name => `${name}:${fields.get(`openid.${name}`)}\n`)
    return createHmac('sha1', key).update(lines.join('')).digest('base64')
  }
  const peer = await startPeer(async (request, response) => {
    const url = new URL(request.url as string, 'http://localhost')
    const { discovery, verification } = fake.misbehave
    if (request.method === 'POST' && verification !== undefined) return verification(request, response)
    if (url.pathname !== '/openid') return (discovery ?? tellEndpoint)(request, response)
    if (request.method === 'GET') {
      const returnTo = url.searchParams.get('openid.return_to') as string
      const location = `${returnTo}${returnTo.includes('?') ? '&' : '?'}${fake.sign(returnTo, ALICE)}`
      return void response.writeHead(302, { location }).end()
    }
    const fields = new URLSearchParams(await text(request))
    const isAsked = fields.get('openid.mode') === 'check_authentication'
    response.end(`ns:x\nis_valid:${isAsked && fields.get('openid.sig') === mac(withMode(fields))}\n`)
  })
  const tellEndpoint: Handle = (_, response) =>
    response.setHeader('content-type', 'application/xrds+xml').end(xrds(`${peer.url}/openid`))
  const fake: FakeOpenid = {
    ...peer,
    misbehave: {},
    sign(returnTo, fields, signed) {
      const all: Record<string, string> = {
        ns: 'http://specs.openid.net/auth/2.0',
        mode: 'id_res',
        op_endpoint: `${peer.url}/openid`,
        return_to: returnTo,
        response_nonce: `${new Date().toISOString().slice(0, 19)}Z${randomBytes(4).toString('hex')}`,
        assoc_handle: 'handle',
        claimed_id: `${peer.url}/+id/alice`,
        identity: `${peer.url}/+id/alice`,
        ...fields,
      }
      const answer = new URLSearchParams()
      for (const [name, value] of Object.entries(all)) answer.set(`openid.${name}`, value)
      answer.set('openid.signed', (signed ?? Object.keys(all)).join(','))
      answer.set('openid.sig', mac(answer))
      return answer
    },
  }
  return fake
}

/** The fields as they were signed: with the mode of the answer, not that of the question about the signature. */
function withMode(fields: URLSearchParams): URLSearchParams {
  const signed = new URLSearchParams(fields)
  signed.set('openid.mode', 'id_res')
  return signed
}

/** A document that names an endpoint, after one of an older protocol and one of lower priority. */
export function xrds(endpoint: string): string {
  const service = (priority: number, type: string, uri: string) =>
    `<Service priority="${priority}"><Type>http://specs.openid.net/${type}</Type><URI>${uri}</URI></Service>`
  return `<?xml version="1.0"?><xrds:XRDS xmlns:xrds="xri://$xrds" xmlns="xri://$xrd*($v*2.0)"><XRD>
    ${service(0, 'auth/1.0', 'http://old.example.org/')}
    ${service(20, 'auth/2.0/server', 'http://later.example.org/')}
    ${service(10, 'auth/2.0/server', endpoint.replaceAll('&', '&amp;'))}</XRD></xrds:XRDS>`
}
