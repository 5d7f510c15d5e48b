import { describe, expect, it, onTestFinished } from 'vitest'
import { startFakeOpenid } from '../../../../../test/backends/fake-openid.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, from, type Site } from '../../../../../test/web/site.ts'
import { openidLogin } from '../../../../backends/login/openid.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (
  site: Site,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  site.app.request(path, {
    method: 'POST',
    headers: { ...FORM, ...headers },
    body: String(new URLSearchParams(fields)),
  })
const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
const leadsTo = (response: Response): string => response.headers.get('location') ?? ''

/** A site whose people log in at a provider, and the provider. */
async function aSiteWithProvider() {
  const provider = await startFakeOpenid()
  const login = openidLogin({ openidUrl: provider.url })
  onTestFinished(async () => {
    await login.close()
    await provider.close()
  })
  const site = await aSite([], { login, settings: { loginOrigin: new URL(provider.url).origin } })
  /** Goes to the provider and back, as far as the answer's address on this site. */
  const askProvider = async (next: string) => {
    const begun = await post(site, '/login', { next })
    const answer = await fetch(leadsTo(begun), { redirect: 'manual' })
    const back = new URL(leadsTo(answer))
    return { cookie: cookiesOf(begun), back: `${back.pathname}${back.search}`, origin: back.origin }
  }
  return { site, provider, askProvider }
}

describe('a login at the provider', () => {
  it('leads there and back to what was asked for, with a session', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const { cookie, back, origin } = await askProvider('https://autopkgtest.example/recent?limit=5')
    expect(origin).toBe('https://autopkgtest.example')
    const done = await site.app.request(back, { headers: { cookie } })
    expect([done.status, leadsTo(done)]).toEqual([303, '/recent?limit=5'])
    const session = cookiesOf(done)
    expect(session).toMatch(/(^|; )__Host-session=[\w-]{43}\.[\w-]{43}/)
    const page = await site.get('/request.cgi?package=x', { headers: { cookie: session } })
    expect(page.text).toContain('Logout alice')
  })

  it('gives nothing back that was not asked for', async () => {
    const { site } = await aSiteWithProvider()
    const sent = 'openid.mode=id_res&openid.sig=x&evil=<b>&next=/evil'
    const asked = await site.get('/login?next=/&state=s&openid_complete=yes&more=evil', {
      method: 'POST',
      headers: FORM,
      body: sent,
    })
    const form = asked.document.querySelector('form[data-submit-at-once]')
    const names = [...(form?.querySelectorAll('input') ?? [])].map(input => input.getAttribute('name'))
    expect(names).toEqual(['openid.mode', 'openid.sig', 'asked-again'])
    expect(asked.text).not.toContain('evil')
  })

  it('takes no answer that is longer than any', async () => {
    const { site } = await aSiteWithProvider()
    for (const body of [
      `openid.mode=id_res&openid.x=${'&'.repeat(70).replaceAll('&', '%26'.repeat(1000))}`,
      `openid.mode=id_res${'&openid.a=1'.repeat(150)}`,
    ]) {
      const answer = await site.get('/login?state=s', { method: 'POST', headers: FORM, body })
      expect(answer.status).toBe(400)
      expect(answer.text.length).toBeLessThan(10_000)
    }
  })

  it('is done once', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const { cookie, back } = await askProvider('/')
    await site.app.request(back, { headers: { cookie } })
    const again = await site.get(back, { headers: { cookie } })
    expect([again.status, again.texts('h1')]).toEqual([403, ['You are not logged in']])
    expect(again.headers.getSetCookie()).toEqual([])
  })

  it('is for the browser that began it', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const mine = await askProvider('/')
    const another = await askProvider('/')
    for (const cookie of [
      '',
      another.cookie,
      '__Host-login=',
      `__Host-login=${'x'.repeat(22)}`,
      mine.cookie.slice('__Host-'.length),
    ]) {
      const page = await site.get(mine.back, { headers: { cookie } })
      expect([page.status, page.headers.getSetCookie()], cookie).toEqual([403, []])
    }
  })

  it('that comes back as a form is sent once more by this site, with its cookie', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const { cookie, back } = await askProvider('/running')
    const query = new URLSearchParams(back.slice(back.indexOf('?')))
    const fields = Object.fromEntries([...query].filter(([name]) => name.startsWith('openid.')))
    for (const name of Object.keys(fields)) query.delete(name)
    const asked = await site.get(`/login?${query}`, {
      method: 'POST',
      headers: FORM,
      body: String(new URLSearchParams(fields)),
    })
    const form = asked.document.querySelector('form[data-submit-at-once]')
    const again = Object.fromEntries(
      [...(form?.querySelectorAll('input') ?? [])].map(input => [
        input.getAttribute('name') ?? '',
        input.getAttribute('value') ?? '',
      ]),
    )
    const done = await post(site, form?.getAttribute('action') ?? '', again, { cookie })
    expect([done.status, leadsTo(done)]).toEqual([303, '/running'])
    const lost = await post(site, form?.getAttribute('action') ?? '', again)
    expect(lost.status, 'without the cookie it is not asked for ever').toBe(403)
  })

  it('that leads to a request asks about it first, whatever the browser says of where it comes from', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const asked = '/request.cgi?release=noble&arch=amd64&package=hello&trigger=hello/1'
    const { cookie, back } = await askProvider(`https://autopkgtest.example${asked}`)
    const done = await site.app.request(back, { headers: { cookie } })
    expect(leadsTo(done)).toBe(asked)
    const headers = { cookie: cookiesOf(done), 'sec-fetch-site': 'same-origin' }
    expect((await site.get(asked, { headers })).texts('h1')).toEqual(['Submit this request?'])
    const other = await site.get(asked.replace('hello/1', 'hello/2'), { headers })
    expect(other.texts('h1')).not.toContain('Submit this request?')
  })

  it('that was cancelled, or forged, says so', async () => {
    const { site, askProvider } = await aSiteWithProvider()
    const { cookie, back } = await askProvider('/')
    const cancelled = back.replace('openid.mode=id_res', 'openid.mode=cancel')
    const forged = back.replace('alice', 'admin')
    for (const path of [cancelled, forged, `${back}&openid.sreg.nickname=admin`]) {
      const page = await site.get(path, { headers: { cookie } })
      expect([page.status, page.headers.getSetCookie()]).toEqual([403, []])
      expect(page.document.querySelector('form[action="/login"]')).not.toBeNull()
    }
  })

  it('while the provider is away is a 503', async () => {
    const { site, provider, askProvider } = await aSiteWithProvider()
    const { cookie, back } = await askProvider('/')
    await provider.close()
    expect((await site.get(back, { headers: { cookie } })).status).toBe(503)
  })

  it('may lead its form to the provider, and nowhere else', async () => {
    const { site, provider } = await aSiteWithProvider()
    const { headers } = await site.get('/request.cgi')
    expect(headers.get('content-security-policy')).toContain(
      `form-action 'self' ${new URL(provider.url).origin};`,
    )
  })
})

describe('the button that leads to the login', () => {
  const LEADS = ['/request', '/request.cgi?package=hello', '/queues/ubuntu/noble/amd64/remove', '/retries']

  it.each(LEADS)('on %s is called as clients know it where a provider knows who one is', async path => {
    const { site } = await aSiteWithProvider()
    const button = (await site.get(path)).document.querySelector('form[action="/login"] button')
    expect(button?.textContent).toBe('Log in with Ubuntu SSO')
  })

  it.each(LEADS)('on %s names no provider where there is none', async path => {
    const page = await (await aSite()).get(path)
    expect(page.document.querySelector('form[action="/login"] button')?.textContent).toBe('Log in')
    expect(page.text).not.toContain('SSO')
  })
})

describe('a login without a purpose', () => {
  it.each(['/login', '/login?next=/recent'])('GET %s leads home', async path => {
    const page = await (await aSite()).get(path)
    expect([page.status, page.headers.get('location')]).toEqual([303, '/'])
  })

  it('leads on who is logged in already, on this site', async () => {
    const site = await aSite()
    const joe = await signedInAs(site, 'joe')
    for (const [next, path] of [
      ['/recent', '/recent'],
      ['https://autopkgtest.example/x?y=1#z', '/x?y=1#z'],
      ['//evil.example', '/'],
      ['/\\evil.example', '/'],
      ['https://autopkgtest.example//evil.example', '/'],
      ['https://autopkgtest.example.evil/', '/'],
      ['javascript:alert(1)', '/'],
      ['/\t/evil.example', '/'],
    ] as const) {
      const answer = await post(site, '/login', { next }, joe)
      expect(leadsTo(answer), next).toBe(path)
    }
  })
})

describe('local login', () => {
  it('lets the users of this machine choose who they are', async () => {
    const site = await aSite()
    const own = { origin: 'http://localhost' }
    const page = await post(site, 'http://localhost/login', { next: '/' }, own)
    const text = await page.text()
    expect(text).toContain('value="joe"')
    expect(text).toContain('value="jane"')
    const unknown = await post(site, 'http://localhost/login', { next: '/', user: 'root' }, own)
    expect([unknown.status, cookiesOf(unknown)]).toEqual([403, ''])
  })

  it.each([
    ['another host’s name', 'http://autopkgtest.example', { origin: 'http://autopkgtest.example' }],
    ['no origin', 'http://localhost', {}],
    ['another origin', 'http://localhost', { origin: 'http://evil.example' }],
    ['a proxy', 'http://localhost', { origin: 'http://localhost', 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy of the new kind', 'http://localhost', { origin: 'http://localhost', forwarded: 'for=::1' }],
    ['another host in the header', 'http://localhost', { origin: 'http://localhost', host: 'evil.example' }],
  ])('is refused with %s', async (_, root, headers) => {
    const site = await aSite()
    const answer = await post(
      site,
      `${root}/login`,
      { next: '/', user: 'joe' },
      headers as Record<string, string>,
    )
    expect([answer.status, cookiesOf(answer)]).toEqual([403, ''])
  })

  it('is refused for who comes from another machine', async () => {
    const site = await aSite()
    const init = {
      method: 'POST',
      headers: { ...FORM, origin: 'http://localhost' },
      body: 'next=/&user=joe',
    }
    const answer = await site.app.request('http://localhost/login', init, from('192.0.2.1'))
    expect([answer.status, cookiesOf(answer)]).toEqual([403, ''])
    const near = await site.app.request('http://localhost/login', init, from('::ffff:127.0.0.1'))
    expect(near.status).toBe(303)
  })
})

describe('a session', () => {
  it('ends with the logout, for whoever has its cookie', async () => {
    const site = await aSite()
    const joe = await signedInAs(site, 'joe')
    const out = await site.get('/logout', {
      headers: { ...joe, referer: 'https://autopkgtest.example/recent' },
    })
    expect([out.status, out.headers.get('location')]).toEqual([303, '/recent'])
    expect(out.headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^__Host-session=; Max-Age=0; Path=\/; Secure/),
    )
    expect((await site.get('/request.cgi?package=x', { headers: joe })).status).toBe(403)
    expect((await site.get('/request.cgi?package=x', { headers: joe })).text).not.toContain('Logout')
  })

  it('is not made by a forged or foreign cookie', async () => {
    const site = await aSite()
    const joe = await signedInAs(site, 'joe')
    const value = /session=([^;]+)/.exec(joe.cookie)?.[1] ?? ''
    const [secret, signature] = value.split('.')
    for (const session of [
      '',
      secret,
      `${secret}.`,
      `${secret}.${'A'.repeat(43)}`,
      `.${signature}`,
      `${value}x`,
    ]) {
      const page = await site.get('/request.cgi?package=x', { headers: { cookie: `session=${session}` } })
      expect([page.status, page.headers.getSetCookie()], session).toEqual([403, []])
    }
    const other = await aSite()
    expect((await other.get('/request.cgi?package=x', { headers: joe })).status).toBe(403)
  })

  it('survives a change of the secret, unless it is forgotten at once', async () => {
    const site = await aSite()
    const joe = await signedInAs(site, 'joe')
    await site.web.state.signing.rotate(new Date(), { atOnce: false })
    const again = await aSite([], { state: site.web.state })
    expect((await again.get('/request.cgi?package=x', { headers: joe })).status).toBe(400)
    await site.web.state.signing.rotate(new Date(), { atOnce: true })
    const third = await aSite([], { state: site.web.state })
    expect((await third.get('/request.cgi?package=x', { headers: joe })).status).toBe(403)
  })

  it('is Secure behind https alone, and a proxy is believed only if it is trusted', async () => {
    const cookieFor = async (settings: object, headers: Record<string, string>, peer: string) => {
      const site = await aSite([], { settings })
      const joe = await signedInAs(site, 'joe')
      const init = { headers: { ...joe, ...headers } }
      const answer = await site.app.request('/request.cgi?package=x', init, from(peer))
      return answer.headers.getSetCookie()[0]?.includes('Secure')
    }
    const http = { baseUrl: 'http://autopkgtest.example' }
    const forwarded = { 'x-forwarded-proto': 'https' }
    expect(await cookieFor({}, {}, '192.0.2.1')).toBe(true)
    expect(await cookieFor(http, {}, '192.0.2.1')).toBe(false)
    expect(await cookieFor({ trustedProxies: ['10.0.0.1'] }, {}, '10.0.0.1'), 'it does not say').toBe(true)
    expect(await cookieFor(http, forwarded, '192.0.2.1')).toBe(false)
    expect(await cookieFor({ ...http, trustedProxies: ['10.0.0.1'] }, forwarded, '192.0.2.1')).toBe(false)
    expect(await cookieFor({ ...http, trustedProxies: ['10.0.0.1'] }, forwarded, '10.0.0.1')).toBe(true)
  })
})
