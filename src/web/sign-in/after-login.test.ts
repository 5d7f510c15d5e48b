import { beforeEach, describe, expect, it } from 'vitest'
import { signedInAs } from '../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../test/web/site.ts'

const HERE = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}
const QUERY = 'release=noble&arch=amd64&package=hello&trigger=hello/1'

let site: Site
beforeEach(async () => {
  site = await aSite()
})

/** What is found where a login leads to, for a browser that was on this site's pages all the way. */
async function foundAfterLogin(next: string): Promise<string[]> {
  const { cookie } = await signedInAs(site, 'joe', next)
  const shown = next.split('#')[0] as string
  return (await site.get(shown, { headers: { cookie, ...HERE } })).texts('h1')
}

describe('a login that leads to a request', () => {
  it.each([
    `/request.cgi?${QUERY}`,
    `/request.cgi/?${QUERY}`,
    `/%72equest.cgi?${QUERY}`,
    `/request%2Ecgi?${QUERY}`,
    `/./x/../request.cgi?${QUERY}`,
    `/request.cgi?${QUERY}#x`,
    `/request.cgi?${QUERY.replace('hello/1', 'hello%2F1')}`,
    `/request.cgi?${QUERY.replace('package', '%70ackage')}`,
  ])('has its reader asked first, as %s', async next => {
    expect(await foundAfterLogin(next)).toEqual(['Submit this request?'])
  })

  it('does so for a reader who is logged in by then, from another window', async () => {
    const { cookie } = await signedInAs(site, 'joe')
    const answer = await site.app.request('/login', {
      method: 'POST',
      headers: { cookie, ...HERE, 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ next: `/request.cgi?${QUERY}` })),
    })
    const noted = answer.headers.getSetCookie().map(one => one.split(';')[0])
    const headers = { cookie: [cookie, ...noted].join('; '), ...HERE }
    const led = await site.get(answer.headers.get('location') ?? '', { headers })
    expect(led.texts('h1')).toEqual(['Submit this request?'])
  })

  it.each(['/login', '/%6Cogin', '/private-results/login', '/logout', '/l%6fgout'])(
    'never goes by way of %s',
    async path => {
      const next = `${path}?next=${encodeURIComponent(`/request.cgi?${QUERY}`)}`
      const answer = await site.app.request('http://localhost/login', {
        method: 'POST',
        headers: { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams({ next, user: 'joe' })),
      })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    },
  )

  it('is not hidden by a note that a sister host has planted', async () => {
    const { cookie } = await signedInAs(site, 'joe', `/request.cgi?${QUERY}`)
    const headers = { cookie: `asked_before_login=x; ${cookie}`, ...HERE }
    expect((await site.get(`/request.cgi?${QUERY}`, { headers })).texts('h1')).toEqual([
      'Submit this request?',
    ])
  })
})
