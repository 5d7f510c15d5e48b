import { beforeEach, describe, expect, it } from 'vitest'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { httpLaunchpad } from '../../../../backends/launchpad/http.ts'
import type { Launchpad } from '../../../../backends/launchpad/launchpad.ts'
import { staticLaunchpad } from '../../../../backends/launchpad/static.ts'
import { splitRequestBody } from '../../../../domain/request/request-params.ts'

const ASKED = '/request.cgi?release=noble&arch=amd64&package=hello&trigger=hello/1'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const QUEUES = ['debci-noble-amd64', 'debci-noble-s390x', 'debci-ppa-noble-amd64']

let site: Site
let joe: { cookie: string }
beforeEach(async () => {
  site = await aSite()
  await site.web.broker.declareQueues(QUEUES)
  joe = await signedInAs(site, 'joe')
})

/** The bodies that wait, oldest first; they are taken. */
async function taken(queue = 'debci-noble-amd64'): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const delivery = await site.web.broker.take(queue)
    if (delivery === undefined) return bodies
    bodies.push(Buffer.from(delivery.body).toString())
  }
}

describe('a request by somebody who may', () => {
  it.each(['GET', 'HEAD', 'POST'])('is queued by %s, with the parameters in the address', async method => {
    const page = await site.get(ASKED, { method, headers: joe })
    expect(page.status).toBe(200)
    if (method === 'HEAD') expect(page.text).toBe('')
    const [body = ''] = await taken()
    expect(splitRequestBody(body)).toEqual({
      package: 'hello',
      params: {
        requester: 'joe',
        'submit-time': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+0000$/),
        triggers: ['hello/1'],
        uuid: expect.stringMatching(UUID),
      },
    })
  })

  it('is answered with the words and rows that programs read', async () => {
    const page = await site.get(`${ASKED}&arch=s390x&all-proposed=1`, { headers: joe })
    expect(page.texts('title')).toEqual(['Autopkgtest Test Request'])
    expect(page.text).toContain('<p><a href="/logout">Logout joe</a></p>')
    expect(page.text).toContain('<p>Test request submitted.</p>')
    expect(page.texts('dt')).toEqual([
      'Result history',
      'Result url',
      'UUID',
      'all-proposed',
      'arch',
      'package',
      'release',
      'requester',
      'triggers',
    ])
    expect(page.text).toContain("<dt>triggers</dt>\n<dd>['hello/1']</dd>")
    expect(page.text).toContain('<dt>arch</dt>\n<dd>amd64, s390x</dd>')
    const uuids = /<dt>UUID<\/dt>\n<dd>([0-9a-f-]{36})<br\/?>([0-9a-f-]{36})<\/dd>/.exec(page.text)
    expect(uuids).not.toBeNull()
    expect(page.text).toContain(`href="https://autopkgtest.example/run/${uuids?.[1]}"`)
    expect(page.text).toContain('href="https://autopkgtest.example/packages/hello/noble/s390x"')
  })

  it('with a PPA goes to its queue, and shows no history', async () => {
    const page = await site.get(`${ASKED}&ppa=alice/tools`, { headers: joe })
    expect(page.text).toContain("<dt>ppas</dt>\n<dd>['alice/tools']</dd>")
    expect(page.texts('dt')).not.toContain('Result history')
    expect(await taken('debci-ppa-noble-amd64')).toHaveLength(1)
  })

  it('is JSON for those who ask for it', async () => {
    const page = await site.get(ASKED, { headers: { ...joe, accept: 'application/json' } })
    const { requests } = page.json<{ requests: Record<string, unknown>[] }>()
    expect(requests).toEqual([
      {
        uuid: expect.stringMatching(UUID),
        release: 'noble',
        arch: 'amd64',
        package: 'hello',
        state: 'queued',
        links: expect.objectContaining({
          run: `https://autopkgtest.example/run/${requests[0]?.uuid}`,
          history: 'https://autopkgtest.example/packages/hello/noble/amd64',
        }),
      },
    ])
  })

  it('keeps the session for another month, and is kept by nobody else', async () => {
    const { headers } = await site.get(ASKED, { headers: joe })
    const [session = ''] = headers.getSetCookie()
    expect(session).toMatch(
      /^__Host-session=[^;]+; Max-Age=2678400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toContain('Cookie')
  })

  it('is refused the second time', async () => {
    await site.get(ASKED, { headers: joe })
    const page = await site.get(ASKED, { headers: joe })
    expect(page.status).toBe(403)
    expect(page.text).toContain(
      '<p>You submitted an invalid request: Test already queued:</p><p>release: noble</p>',
    )
    expect(await taken()).toHaveLength(1)
  })

  it('is all or nothing', async () => {
    const page = await site.get(`${ASKED}&arch=vax`, { headers: joe })
    expect([page.status, page.texts('main p')[1]]).toEqual([
      404,
      'You submitted an invalid request: arch vax not found',
    ])
    expect(await taken()).toEqual([])
  })

  it('for a queue without workers is a 503, not a lost request', async () => {
    const page = await site.get(ASKED.replace('amd64', 'arm64'), { headers: joe })
    expect(page.status).toBe(503)
    expect(page.headers.get('retry-after')).not.toBeNull()
    expect(page.text).toContain('You submitted an invalid request: nothing consumes noble/arm64')
  })

  it('while Launchpad is away is a 503 that says so, and never a no', async () => {
    const launchpad = httpLaunchpad({ apiUrl: 'http://127.0.0.1:9/1.0/' })
    site = await aSite([], { launchpad })
    joe = await signedInAs(site, 'joe')
    const page = await site.get(ASKED, { headers: joe })
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '20'])
    expect(page.text).toContain('Launchpad does not answer')
    expect(page.text).not.toContain('127.0.0.1')
    await launchpad.close()
  })
})

describe('a request that is not taken', () => {
  it('of a stranger leads to the login, and back', async () => {
    const page = await site.get(ASKED)
    expect(page.status).toBe(403)
    const form = page.document.querySelector('form[action="/login"][method="post"]')
    expect(form?.textContent.trim()).toBe('Log in')
    expect(form?.querySelector('[name=next]')?.getAttribute('value')).toBe(
      `https://autopkgtest.example${ASKED}`,
    )
    expect(page.text).not.toContain('Logout')
    expect(page.headers.getSetCookie()).toEqual([])
  })

  it('of a stranger who is a program is a problem in JSON', async () => {
    const page = await site.get(ASKED, { headers: { accept: 'application/json' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
  })

  it('says why in the words that programs know, and is kept', async () => {
    const page = await site.get('/request.cgi?package=hello', { headers: joe })
    expect(page.status).toBe(400)
    expect(page.texts('main p').slice(1, 4)).toEqual([
      'You submitted an invalid request: You have passed invalid args: release, arch, package, requester (release, arch, trigger are missing)',
      'Please see an example url below:',
      'https://autopkgtest.example/request.cgi/?release=release&arch=arch&package=pkg&trigger=trigger1&trigger=trigger2',
    ])
    expect(await site.web.state.requests.refusals({ limit: 10, offset: 0 })).toMatchObject([
      { requester: 'joe', asked: 'package=hello', source: 'script' },
    ])
  })

  it('of somebody who may not', async () => {
    const jane = await signedInAs(site, 'jane')
    const page = await site.get(ASKED, { headers: jane })
    expect(page.status).toBe(403)
    expect(page.texts('main p')[1]).toMatch(
      /^You submitted an invalid request: You are not allowed to upload hello/,
    )
  })

  it('reflects nothing as markup', async () => {
    for (const name of [
      'release',
      'arch',
      'package',
      'trigger',
      'ppa',
      'readable-by',
      'all-proposed',
      'new',
    ]) {
      const evil = encodeURIComponent('"><script>alert(1)</script>')
      const page = await site.get(`${ASKED}&${name}=${evil}`, { headers: joe })
      expect(page.text, name).not.toContain('<script>alert')
    }
    const asked = await site.get(`${ASKED}&new=%3Cscript%3Ealert(1)%3C/script%3E'"`, {
      headers: { ...joe, 'sec-fetch-site': 'cross-site' },
    })
    expect(asked.text).toContain('Submit this request?')
    expect(asked.text).not.toContain('<script>alert')
  })
})

describe('a request that another site may have made', () => {
  const foreign = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  }

  it('is asked about first, and submitted by the form that is shown', async () => {
    const page = await site.get(ASKED, { headers: { ...joe, ...foreign } })
    expect(page.status).toBe(200)
    expect(page.texts('h1')).toEqual(['Submit this request?'])
    expect(await taken()).toEqual([])
    const form = page.document.querySelector('form[action^="/request.cgi"]')
    const confirm = form?.querySelector('[name=confirm]')?.getAttribute('value') ?? ''
    const post = (headers: Record<string, string>, path = form?.getAttribute('action') ?? '') =>
      site.get(path, {
        method: 'POST',
        headers: { ...headers, ...foreign, 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams({ confirm })),
      })
    const jane = await signedInAs(site, 'jane')
    expect((await post(jane)).texts('h1'), 'by another').toEqual(['Submit this request?'])
    expect((await post(joe, `${ASKED}&arch=s390x`)).texts('h1'), 'of another').toEqual([
      'Submit this request?',
    ])
    expect((await post(joe)).text).toContain('Test request submitted.')
    expect(await taken()).toHaveLength(1)
  })

  it('is done when the link was on the excuses page, and not for an image on it', async () => {
    const sister = { ...joe, ...foreign, 'sec-fetch-site': 'same-site' }
    const image = await site.get(ASKED, {
      headers: { ...sister, 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
    })
    expect(image.texts('h1')).toEqual(['Submit this request?'])
    expect((await site.get(ASKED, { headers: sister })).text).toContain('Test request submitted.')
  })

  it('is never done ahead of time', async () => {
    const page = await site.get(ASKED, {
      headers: { ...joe, 'sec-purpose': 'prefetch', 'sec-fetch-site': 'none' },
    })
    expect(page.status).toBe(503)
    expect(await taken()).toEqual([])
  })
})

describe('the link to log in', () => {
  it('shows the form, and leads home who is logged in', async () => {
    expect(
      (await site.get('/request.cgi?/login')).document.querySelector('form[action="/login"]'),
    ).not.toBeNull()
    const page = await site.get('/request.cgi?/login', { headers: joe })
    expect([page.status, page.headers.get('location')]).toEqual([303, '/'])
  })
})

describe('a body', () => {
  it('of more than can be read is refused, whatever it says of its length', async () => {
    const body = Buffer.alloc(6 * 1024 * 1024)
    expect((await site.get(ASKED, { method: 'POST', headers: joe, body })).status).toBe(413)
    const honest = { ...joe, 'content-length': '99999999' }
    expect((await site.get(ASKED, { method: 'POST', headers: honest, body: 'x' })).status).toBe(413)
  })
})

describe('a script with credentials of its own', () => {
  const submitted = (page: { text: string }) => page.text.includes('Test request submitted.')

  it('is known by its API key, in the cookie or as a bearer, and is given no session', async () => {
    const key = await site.web.state.accounts.createKey('joe', undefined, new Date())
    const cookie = await site.get(ASKED, {
      headers: { cookie: `X-Api-Key=joe:${key}`, 'sec-fetch-site': 'cross-site' },
    })
    expect([submitted(cookie), cookie.headers.getSetCookie()]).toEqual([true, []])
    expect(cookie.text).toContain('Logout joe')
    const bearer = await site.get(ASKED.replace('hello/1', 'hello/2'), {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(submitted(bearer)).toBe(true)
    const [body = ''] = await taken()
    expect(splitRequestBody(body)?.params.requester).toBe('joe')
  })

  it('with a key that was revoked, or of another, is nobody', async () => {
    const key = await site.web.state.accounts.createKey('joe', undefined, new Date())
    for (const cookie of [
      `X-Api-Key=jane:${key}`,
      'X-Api-Key=joe',
      'X-Api-Key=a:b:c',
      'X-Api-Key=:',
      `X-Api-Key=joe:${key}x`,
    ]) {
      expect((await site.get(ASKED, { headers: { cookie } })).status, cookie).toBe(403)
    }
    for (const { id } of await site.web.state.accounts.keys()) await site.web.state.accounts.revokeKey(id)
    expect((await site.get(ASKED, { headers: { authorization: `Bearer ${key}` } })).status).toBe(403)
    expect(await taken()).toEqual([])
  })

  it('with OAuth credentials that Launchpad does not know is refused in the known words', async () => {
    const page = await site.get(ASKED, { headers: { 'x-launchpad-oauth': 'consumer:token:secret' } })
    expect(page.status).toBe(403)
    expect(page.text).toContain('You submitted an invalid request: Invalid Launchpad OAuth credentials')
  })
})

describe('a limit', () => {
  it('stops who was refused 200 times in an hour before anybody is asked, whatever they ask for', async () => {
    const asked: string[] = []
    const launchpad = staticLaunchpad({ uploaders: ['joe', 'jane'] })
    const isPublished: Launchpad['isPublished'] = source => {
      asked.push(source.package)
      return launchpad.isPublished(source)
    }
    site = await aSite([], { launchpad: { ...launchpad, isPublished } })
    await site.web.broker.declareQueues(QUEUES)
    const [his, hers] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
    const { requests } = site.web.state
    const refusal = { source: 'page', address: '192.0.2.7', asked: '', reason: 'no' } as const
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    await requests.refused({ ...refusal, requester: 'joe', at: hoursAgo(2) })
    for (let n = 1; n < 200; n++) await requests.refused({ ...refusal, requester: 'joe', at: hoursAgo(0) })
    const bad = await site.get('/request.cgi?release=hoary&arch=amd64&package=hello', { headers: his })
    expect(bad.status).toBe(400)
    const page = await site.get(ASKED, { headers: his })
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '3600'])
    expect(page.text).toContain('You, joe, have requested too many tests. Please try again later.')
    expect([await taken(), asked]).toEqual([[], []])
    expect((await site.get(ASKED, { headers: hers })).status).toBe(200)
    expect([(await taken()).length, new Set(asked)]).toEqual([1, new Set(['hello'])])
  })

  it('is told in the known words, with the time to wait', async () => {
    site = await aSite([], { settings: { requestsPerHour: 1 } })
    await site.web.broker.declareQueues(QUEUES)
    joe = await signedInAs(site, 'joe')
    expect((await site.get(ASKED, { headers: joe })).status).toBe(200)
    const page = await site.get(ASKED.replace('hello/1', 'hello/2'), { headers: joe })
    expect(page.status).toBe(429)
    expect(page.text).toContain('You, joe, have requested too many tests. Please try again later.')
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
