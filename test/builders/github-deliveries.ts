import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import type { GithubDelivery } from '../../src/operations/github/accept-github-event.ts'

const require = createRequire(import.meta.url)
/** As published; their types are those of another module system. */
const examples = require('@octokit/webhooks-examples') as readonly {
  readonly name: string
  readonly examples: readonly Record<string, unknown>[]
}[]

/** GitHub's own examples of one event, in the order in which they are published. */
export function examplesOf(event: string): readonly Record<string, unknown>[] {
  const found = examples.find(({ name }) => name === event)
  if (found === undefined) throw new Error(`there are no examples of ${event}`)
  return found.examples
}

export const EVENTS: readonly string[] = examples.map(({ name }) => name)

/** GitHub's own example of an opened pull request, for another commit, or from another GitHub. */
export function aPullRequest(
  changes: { readonly sha?: string; readonly api?: string; readonly number?: number } = {},
): Record<string, unknown> {
  const opened = examplesOf('pull_request').find(({ action }) => action === 'opened')
  const {
    sha = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
    api = 'https://api.github.com',
    number = 2,
  } = changes
  const statusesUrl = `${api}/repos/Codertocat/Hello-World/statuses/${sha}`
  const pull = { ...(opened?.pull_request as object), statuses_url: statusesUrl }
  return { ...opened, number, pull_request: pull }
}

export interface DeliveryOptions {
  readonly secret?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const HOOK = 'release=noble&arch=amd64&package=hello-upstream&ppa=owner/ci'

/** A delivery in GitHub's form: with an id, both signatures, and the event's name. */
export function aDelivery(
  event: string,
  payload: unknown,
  { secret = 's3cret', query = HOOK, headers = {} }: DeliveryOptions = {},
): GithubDelivery {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const sign = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
  const all = new Map(
    Object.entries({
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': event,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature': sign('sha1'),
      'x-hub-signature-256': sign('sha256'),
      ...headers,
    }),
  )
  return {
    body,
    query: new URLSearchParams(query),
    header: name => all.get(name) || undefined,
    address: '192.30.252.1',
  }
}
