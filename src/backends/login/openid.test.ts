import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startFakeOpenid, xrds } from '../../../test/backends/fake-openid.ts'
import { browse, describeOpenid, newNonces, RETURN_TO } from '../../../test/backends/openid.contract.ts'
import { Unavailable } from '../../domain/errors.ts'
import { openidLogin } from './openid.ts'

async function start() {
  const provider = await startFakeOpenid()
  onTestFinished(() => provider.close())
  return provider
}

async function open(timeoutMs = 5_000) {
  const provider = await start()
  const login = openidLogin({ openidUrl: provider.url, timeoutMs })
  const complete = (answer: URLSearchParams, takeNonce = newNonces()) => {
    for (const [key, value] of new URL(RETURN_TO).searchParams) answer.set(key, value)
    return login.complete(answer, { returnTo: RETURN_TO }, takeNonce)
  }
  return { provider, login, complete }
}

/** Short if the timeout is under test; a busy machine takes its time over the other answers. */
const patienceFor = (reason: string): number => (reason === 'in time' ? 300 : 60_000)

const xml = 'application/xrds+xml; charset=utf-8'

afterEach(() => {
  vi.useRealTimers()
})

describeOpenid('a provider of our own', start)

describe('the way to the provider', () => {
  it('leads to the endpoint that the provider names, with all that it must know', async () => {
    const { provider, login } = await open()
    const url = new URL(await login.begin('https://ci.example.org/', RETURN_TO))
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.url}/openid`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      'openid.ns': 'http://specs.openid.net/auth/2.0',
      'openid.mode': 'checkid_setup',
      'openid.claimed_id': 'http://specs.openid.net/auth/2.0/identifier_select',
      'openid.identity': 'http://specs.openid.net/auth/2.0/identifier_select',
      'openid.realm': 'https://ci.example.org/',
      'openid.return_to': RETURN_TO,
      'openid.ns.sreg': 'http://openid.net/extensions/sreg/1.1',
      'openid.sreg.required': 'nickname',
    })
  })

  it('is asked for once an hour, and again after it could not be told', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { provider, login } = await open()
    provider.misbehave = { discovery: (_, response) => response.writeHead(500).end() }
    await expect(login.begin('https://ci.example.org/', RETURN_TO)).rejects.toThrow(Unavailable)
    provider.misbehave = {}
    const begin = () => login.begin('https://ci.example.org/', RETURN_TO)
    await Promise.all([begin(), begin(), begin()])
    expect(provider.asked).toEqual(['GET /', 'GET /'])
    vi.advanceTimersByTime(3_600_000)
    await begin()
    expect(provider.asked).toHaveLength(3)
  })

  it('keeps the query that an endpoint has, and goes on by a header or a redirect', async () => {
    const { provider, login } = await open()
    provider.misbehave = {
      discovery: (request, response) => {
        if (request.url === '/') response.setHeader('x-xrds-location', '/moved').end('<html></html>')
        else if (request.url === '/moved') response.writeHead(303, { location: '/here' }).end()
        else response.setHeader('content-type', xml).end(xrds(`${provider.url}/openid?a=1&b=2`))
      },
    }
    const url = await login.begin('https://ci.example.org/', RETURN_TO)
    expect(url).toContain(`${provider.url}/openid?a=1&b=2&openid.ns=`)
  })

  it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => unknown]>([
    ['fails', 'status 500', (_, response) => response.writeHead(500).end()],
    ['says nothing', 'in time', () => undefined],
    ['falls silent', 'in time', (_, response) => response.setHeader('content-type', xml).write('<xrds')],
    ['breaks off', 'cannot be reached', (_, response) => response.destroy()],
    [
      'never ends',
      'more than',
      (_, response) => response.setHeader('content-type', xml).end('x'.repeat(40_000)),
    ],
    ['is no provider', 'no XRDS', (_, response) => response.end('<html>Welcome</html>')],
    ['has no endpoint', 'OpenID 2.0', (_, response) => response.setHeader('content-type', xml).end('<XRD/>')],
    [
      'redirects to another site',
      'another site',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
    ],
    [
      'names a document on another site',
      'another site',
      (_, response) => response.setHeader('x-xrds-location', 'http://127.0.0.2:1/').end(),
    ],
    [
      'names an endpoint on another site',
      'another site',
      (_, response) => response.setHeader('content-type', xml).end(xrds('http://127.0.0.2:1/openid')),
    ],
    [
      'goes in circles',
      'redirects too often',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
    ],
  ])('is unavailable where the provider %s', async (_, reason, discovery) => {
    const { provider, login } = await open(patienceFor(reason))
    provider.misbehave = { discovery }
    const begin = login.begin('https://ci.example.org/', RETURN_TO)
    await expect(begin).rejects.toThrow(Unavailable)
    await expect(begin).rejects.toThrow(reason)
  })

  it('is unavailable where nobody is there', async () => {
    const { provider, login } = await open()
    await provider.close()
    const begin = login.begin('https://ci.example.org/', RETURN_TO)
    await expect(begin).rejects.toThrow(Unavailable)
    await expect(begin).rejects.toThrow('ECONNREFUSED')
  })
})

describe('an answer', () => {
  it('is taken with the older name of Simple Registration, under any alias, if all is signed', async () => {
    const { provider, complete } = await open()
    const answer = provider.sign(RETURN_TO, {
      'ns.r': 'http://openid.net/sreg/1.0',
      'r.nickname': 'bob-2+x.y',
    })
    expect(await complete(answer)).toMatchObject({ nickname: 'bob-2+x.y' })
  })

  it('is taken with a fragment that tells two owners of one name apart', async () => {
    const { provider, complete } = await open()
    const claimed_id = `${provider.url}/+id/alice#2`
    const sreg = { 'ns.sreg': 'http://openid.net/extensions/sreg/1.1', 'sreg.nickname': 'alice' }
    const answer = provider.sign(RETURN_TO, { ...sreg, claimed_id })
    expect(await complete(answer)).toEqual({ claimedId: claimed_id, nickname: 'alice' })
  })

  it.each(['http://u@HOST/+id/a', 'http://HOST/../+id/a', 'http://HOST:80/+id/a', 'x', 'data:a'])(
    'about %s is refused, though the provider signed it',
    async form => {
      const { provider, complete } = await open()
      const claimed_id = form.replace('HOST', new URL(provider.url).host)
      const sreg = { 'ns.sreg': 'http://openid.net/extensions/sreg/1.1', 'sreg.nickname': 'alice' }
      const answer = provider.sign(RETURN_TO, { ...sreg, claimed_id, identity: claimed_id })
      await expect(complete(answer)).rejects.toThrow('another site')
    },
  )

  it('is refused five minutes after it was made, though the provider vouches for it', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { login, complete } = await open()
    const [early, late] = [await browse(login), await browse(login)]
    vi.advanceTimersByTime(299_000)
    expect(await complete(early)).toMatchObject({ nickname: 'alice' })
    vi.advanceTimersByTime(2_000)
    await expect(complete(late)).rejects.toThrow('took too long')
  })

  it('has its nonce remembered for longer than it would be taken', async () => {
    const { login, complete } = await open()
    let until = new Date(0)
    await complete(await browse(login), async (_, end) => {
      until = end
      return true
    })
    expect(until.getTime() - Date.now()).toBeGreaterThan(5 * 60_000)
  })

  it('is refused where its nonce was taken, on whichever website', async () => {
    const { login, complete } = await open()
    const used = complete(await browse(login), async () => false)
    await expect(used).rejects.toThrow('already been completed')
  })

  it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => unknown]>([
    ['fails', 'status 500', (_, response) => response.writeHead(500).end('is_valid:true\n')],
    ['says nothing', 'in time', () => undefined],
    ['falls silent', 'in time', (_, response) => response.write('is_valid:true\n')],
    ['breaks off', 'cannot be reached', (_, response) => response.destroy()],
    ['never ends', 'more than', (_, response) => response.end('is_valid:true\n'.repeat(9_000))],
    ['talks of something else', 'no verdict', (_, response) => response.end('<html>is_valid:true</html>')],
    ['says both', 'no verdict', (_, response) => response.end('is_valid:false\nis_valid:true\n')],
    [
      'redirects to another host',
      'no verdict',
      (_, response) => response.writeHead(302, { location: '/yes' }).end('is_valid:true\n'),
    ],
  ])('is not judged where the provider %s, which is nobody\'s "no"', async (_, reason, verification) => {
    // Discovery has to finish in the same time
    const { provider, login, complete } = await open(10 * patienceFor(reason))
    const answer = await browse(login)
    provider.misbehave = { verification }
    let taken = 0
    const judged = complete(answer, async () => ++taken > 0)
    await expect(judged).rejects.toThrow(Unavailable)
    await expect(judged).rejects.toThrow(reason)
    expect(taken).toBe(0)
  })

  it.each(['is_valid:false\n', 'is_valid:True\n', 'is_valid: true\n'])('is refused for %j', async verdict => {
    const { provider, login, complete } = await open()
    const answer = await browse(login)
    provider.misbehave = { verification: (_, response) => response.end(verdict) }
    await expect(complete(answer)).rejects.toThrow('did not confirm')
  })
})
