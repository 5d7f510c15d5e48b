import { beforeEach, describe, expect, it } from 'vitest'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'

const PAGE = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

let site: Site
let joe: { cookie: string }
beforeEach(async () => {
  site = await aSite()
  joe = await signedInAs(site, 'joe')
})

const isLoggedIn = async () => (await site.get('/request.cgi?package=x', { headers: joe })).status !== 403

describe('logging out', () => {
  it.each([
    ['a link of this site', { 'sec-fetch-site': 'same-origin', ...PAGE }],
    ['an address that is typed', { 'sec-fetch-site': 'none', ...PAGE }],
    ['a program', {}],
    ['an old browser on this site', { referer: 'https://autopkgtest.example/recent' }],
  ])('is done by %s', async (_, headers) => {
    const { status } = await site.get('/logout', { headers: { ...joe, ...headers } })
    expect([status, await isLoggedIn()]).toEqual([303, false])
  })

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', ...PAGE }],
    ['a sister site', { 'sec-fetch-site': 'same-site', ...PAGE }],
    [
      'a sister site’s image',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ],
    ['another site in an old browser', { referer: 'https://evil.example/' }],
    ['another site that hides itself', { origin: 'null' }],
    ['what is fetched ahead', { 'sec-purpose': 'prefetch', 'sec-fetch-site': 'same-origin' }],
  ])('is asked back for a link of %s', async (_, headers) => {
    const page = await site.get('/logout?next=/recent', { headers: { ...joe, ...headers } })
    expect([page.status, page.texts('h1')]).toEqual([200, ['Log out?']])
    expect(page.headers.getSetCookie().filter(cookie => cookie.includes('Max-Age=0'))).toEqual([])
    expect(await isLoggedIn()).toBe(true)
    const form = page.document.querySelector('form[action="/logout"]')
    expect(form?.querySelector('[name=next]')?.getAttribute('value')).toBe('/recent')
  })

  it('is asked back for a form of another site, whose answer would drop the cookie', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', ...PAGE, origin: 'https://evil.example' }
    const page = await site.get('/logout', { method: 'POST', headers })
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []])
  })

  it('is done by the form that asks back', async () => {
    const answer = await site.app.request('/logout', {
      method: 'POST',
      headers: {
        ...joe,
        'sec-fetch-site': 'same-origin',
        origin: 'https://autopkgtest.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'next=/recent',
    })
    expect([answer.status, answer.headers.get('location'), await isLoggedIn()]).toEqual([
      303,
      '/recent',
      false,
    ])
  })

  it.each(['/request.cgi?package=x', '/%72equest.cgi?package=x', '/request.cgi/?x', '/log%69n'])(
    'never goes on to %s',
    async next => {
      const { headers } = await site.get(`/logout?next=${encodeURIComponent(next)}`, { headers: joe })
      expect(headers.get('location')).toBe('/')
    },
  )
})
