import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSafely } from 'node:https'
import { Unavailable } from '../../domain/errors.ts'

const MOST_HOPS = 5
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308])

/**
 * Requests a file that is read while it streams in, over http or https, and follows redirects. With a slow
 * reader, `fetch` ends the process if a server closes the connection after its answer (an assertion of undici
 * that cannot be caught). Unavailable if it leads nowhere; destroying the answer ends the transfer.
 */
export async function openAnswer(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = new URL(address)
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const answer = await ask(url, headers, signal)
    const { location } = answer.headers
    if (!REDIRECTS.has(answer.statusCode) || location === undefined) return answer
    answer.destroy()
    if (!URL.canParse(location, url.href)) throw new Unavailable('redirects to an invalid address')
    url = new URL(location, url)
    if (!/^https?:$/.test(url.protocol))
      throw new Unavailable('redirects to an address that is neither http nor https')
  }
  throw new Unavailable(`redirects more than ${MOST_HOPS} times`)
}

function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestSafely : requestPlain
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, signal }, resolve)
    // Once the answer has begun, errors go to its reader
    asked.on('error', reject)
    asked.end()
  })
}
