import { beforeEach, describe, expect, it } from 'vitest'
import { asBeforeTakeovers } from '../../../test/builders/old-sessions.ts'
import { signedInAs } from '../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../test/web/site.ts'

const BROWSER = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const ASKED = '/request.cgi?package=x'
const PLAIN = /(?:^|; )(?:__Host-)?session=([^;]+)/

let site: Site
beforeEach(async () => {
  site = await aSite()
})

const valueFor = async (user: string): Promise<string> =>
  PLAIN.exec((await signedInAs(site, user)).cookie)?.[1] ?? ''

/** Who a request is known as, and the names of the session cookies that its answer sets. */
async function seenAs(cookie: string, more: Record<string, string> = {}, path = ASKED) {
  const page = await site.get(path, { headers: { cookie, ...more } })
  const [, name] = /Logout (\w+)/.exec(page.text) ?? []
  const set = page.headers.getSetCookie().map(one => one.split('=')[0] as string)
  return [name, set.filter(one => one.endsWith('session'))]
}

/** A session that a version before this one has begun. */
async function anOldSession(user: string): Promise<string> {
  const value = await valueFor(user)
  await asBeforeTakeovers(site.web.state)
  return value
}

describe('on https', () => {
  it('a browser is known by the cookie that no sister host can plant', async () => {
    const value = await valueFor('joe')
    expect(await seenAs(`__Host-session=${value}`, BROWSER)).toEqual(['joe', ['__Host-session']])
    expect(await seenAs(`session=${value}`, BROWSER)).toEqual([undefined, []])
    expect(await seenAs(`session=${value}`, { 'sec-fetch-dest': 'image' })).toEqual([undefined, []])
  })

  it('a planted cookie changes nothing for who is logged in', async () => {
    const [joe, jane] = [await valueFor('joe'), await valueFor('jane')]
    for (const more of [BROWSER, {}]) {
      expect(await seenAs(`session=${jane}; __Host-session=${joe}`, more)).toEqual([
        'joe',
        ['__Host-session'],
      ])
    }
    expect((await seenAs(`session=${jane}; __Host-session=gone`, BROWSER))[0]).toBeUndefined()
  })

  it('a script may bring the same value as it always did, as often as it likes', async () => {
    const value = await valueFor('joe')
    for (const _ of [1, 2]) expect(await seenAs(`session=${value}`)).toEqual(['joe', ['session']])
    expect(await seenAs(`__Host-session=${value}`)).toEqual(['joe', ['__Host-session']])
  })

  it('the cookie that a browser has from the version before is taken over once', async () => {
    const value = await anOldSession('joe')
    expect(await seenAs(`session=${value}`, BROWSER)).toEqual(['joe', ['__Host-session']])
    expect(await seenAs(`session=${value}`, BROWSER)).toEqual([undefined, []])
    expect((await seenAs(`__Host-session=${value}`, BROWSER))[0]).toBe('joe')
    expect((await seenAs(`session=${value}`))[0]).toBe('joe')
  })

  it.each(['/requests/00000000-0000-4000-8000-000000000000', '/user/jane/requests', '/run/x', '/logout'])(
    'is not lost where it is first brought to %s',
    async path => {
      const value = await anOldSession('joe')
      const page = await site.get(path, { headers: { cookie: `session=${value}`, ...BROWSER } })
      const kept = page.headers.getSetCookie().find(one => one.startsWith('__Host-session='))
      const wasRead = (await seenAs(`session=${value}`, BROWSER))[0] === undefined
      expect(kept !== undefined).toBe(wasRead)
    },
  )
})

it('on http there is one cookie, as before', async () => {
  site = await aSite([], { settings: { baseUrl: 'http://autopkgtest.example' } })
  const value = await valueFor('joe')
  for (const more of [BROWSER, {}])
    expect(await seenAs(`session=${value}`, more)).toEqual(['joe', ['session']])
  expect(await seenAs(`__Host-session=${value}`, BROWSER)).toEqual([undefined, []])
})
