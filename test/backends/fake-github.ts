import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpPeer, startPeer } from './http-peer.ts'

/** A status as it was posted. */
export interface PostedStatus {
  readonly path: string
  readonly state: string
  readonly context: string
  readonly description: string
  readonly target_url: string
}

export interface FakeGithub extends HttpPeer {
  /** The accepted statuses, in order. */
  readonly statuses: readonly PostedStatus[]
  /** The credentials of all requests, accepted or not. */
  readonly credentials: readonly (string | undefined)[]
}

const STATES = ['error', 'failure', 'pending', 'success']

/**
 * A GitHub of our own, as far as its documentation describes the one call that is made
 * (https://docs.github.com/rest/commits/statuses): it knows one user, and refuses what GitHub would refuse.
 * `interfere` answers instead where it returns true.
 */
export async function startGithub(
  known = 'robot:t0ken',
  interfere: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<FakeGithub> {
  const statuses: PostedStatus[] = []
  const credentials: (string | undefined)[] = []
  const answer = (request: IncomingMessage, body: string): [number, object] => {
    const expected = `Basic ${Buffer.from(known).toString('base64')}`
    const path = request.url as string
    if (request.headers.authorization !== expected) return [401, { message: 'Bad credentials' }]
    if (request.headers['user-agent'] === undefined) return [403, { message: 'User-Agent is needed' }]
    if (request.method !== 'POST' || !/^\/repos\/[^/]+\/[^/]+\/statuses\/[0-9a-f]{40}$/.test(path))
      return [404, { message: 'Not Found' }]
    const status = JSON.parse(body) as Omit<PostedStatus, 'path'>
    const { state, context, description, target_url } = status
    const isGood = STATES.includes(state) && context && description.length <= 140 && URL.canParse(target_url)
    if (!isGood) return [422, { message: 'Validation Failed' }]
    statuses.push({ path, state, context, description, target_url })
    return [201, { state, context }]
  }
  const peer = await startPeer((request, response) => {
    const { authorization } = request.headers
    credentials.push(authorization && Buffer.from(authorization.slice(6), 'base64').toString())
    if (interfere(request, response)) return
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const [code, said] = answer(request, Buffer.concat(chunks).toString())
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    })
  })
  return { ...peer, statuses, credentials }
}
