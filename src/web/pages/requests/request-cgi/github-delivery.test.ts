import { beforeEach, describe, expect, it } from 'vitest'
import { aDelivery, aPullRequest } from '../../../../../test/builders/github-deliveries.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'

let site: Site

describe('a delivery of GitHub’s', () => {
  const post = async (event: string, payload: unknown, secret = 's3cret') => {
    const { body, query, header } = aDelivery(event, payload, { secret })
    const names = ['content-type', 'x-github-event', 'x-hub-signature', 'x-hub-signature-256']
    const headers = Object.fromEntries(names.map(name => [name, header(name) ?? '']))
    return site.get(`/request.cgi?${query}`, { method: 'POST', body: Buffer.from(body), headers })
  }
  beforeEach(async () => {
    site = await aSite([], { githubSecrets: { 'hello-upstream': 's3cret' } })
  })

  it('is kept to be queued, and answered with its UUID', async () => {
    const page = await post('pull_request', aPullRequest())
    expect(page.status).toBe(200)
    expect(page.text).toContain('<p>Test request submitted.</p>')
    expect(page.text).toMatch(/<dt>UUID<\/dt>\n<dd>[0-9a-f-]{36}<\/dd>/)
    expect(page.text).not.toContain('Logout')
    expect((await post('pull_request', aPullRequest())).status, 'replayed').toBe(403)
  })

  it('that asks for nothing is told so', async () => {
    expect((await post('ping', { hook: 'https://api.github.com/' })).text).toContain('<p>OK</p>')
    const closed = await post('pull_request', { ...aPullRequest(), action: 'closed' })
    expect([closed.status, closed.texts('main p')]).toEqual([
      200,
      ['GitHub PR action closed is not relevant for testing'],
    ])
  })

  it('of a GitHub of one’s own is known by its host', async () => {
    const own = { githubHost: 'github.example.com' }
    site = await aSite([], { githubSecrets: { 'hello-upstream': 's3cret' }, settings: own })
    expect((await post('ping', { hook: 'https://github.example.com/api/v3' })).text).toContain('<p>OK</p>')
    expect((await post('ping', { hook: 'https://github.elsewhere.org/' })).status).toBe(403)
  })

  it('that nobody signed is refused', async () => {
    const page = await post('pull_request', aPullRequest(), 'guessed')
    expect(page.status).toBe(403)
    expect(page.text).toContain(
      '<p>You submitted an invalid request: GitHub signature verification failed</p>',
    )
  })
})
