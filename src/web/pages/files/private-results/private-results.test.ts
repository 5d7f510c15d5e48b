import type { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startLaunchpad } from '../../../../../test/backends/fake-launchpad.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site, type SiteOptions } from '../../../../../test/web/site.ts'
import { usualLimits } from '../../../../backends/launchpad/calls.ts'
import { httpLaunchpad } from '../../../../backends/launchpad/http.ts'

const CONTAINER = 'private-autopkgtest-noble-ann-ppa'
const FOLDER = 'noble/amd64/s/secret-thing/20260902_101112_abcde@'
const RUN = `/private-results/${CONTAINER}/${FOLDER}`
const LOG = gzipSync('autopkgtest [10:11:12]: version 5.28\n<script>secret</script>\n')
const REFUSED = "You can't access these logs."

async function aPrivateSite(readers: string | null = 'joe\n', options: SiteOptions = {}): Promise<Site> {
  const site = await aSite([], options)
  const { store } = site.web
  await store.createContainer(CONTAINER, 'private')
  const put = (name: string, bytes: Uint8Array) => store.put(CONTAINER, `${FOLDER}/${name}`, bytes)
  await put('log.gz', LOG)
  await put('result.tar', Buffer.alloc(10_240, 'x'))
  await put('page.html', Buffer.from('<script>alert(1)</script>'))
  if (readers !== null) await put('readable-by', Buffer.from(readers))
  return site
}

let site: Site
let joe: { cookie: string }
let jane: { cookie: string }
beforeEach(async () => {
  site = await aPrivateSite()
  ;[joe, jane] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
})

describe('an address below /private-results/', () => {
  it('of a container that is not private is limited to private results', async () => {
    const page = await site.get(`/private-results/autopkgtest-noble/${FOLDER}/log.gz`, { headers: joe })
    expect(page.status).toBe(200)
    expect(page.text).toContain('Limited to private results only.')
  })

  it('asks a stranger to log in, with status 200, whether there is anything or not', async () => {
    for (const path of [`${RUN}/log.gz`, `${RUN}/nothing`, `${RUN.replace('ann', 'nobody')}/log.gz`]) {
      const page = await site.get(path)
      expect(page.status).toBe(200)
      const form = page.document.querySelector('form[action="/private-results/login"]')
      expect(form?.getAttribute('method')).toBe('post')
      expect(form?.querySelector('[name=next]')?.getAttribute('value')).toBe(path)
      expect(page.text).not.toContain('<script>secret')
    }
  })

  it('leaves nothing open of a log when its reader wants no more than the head', async () => {
    const { store } = site.web
    const { get } = store
    const bodies: Readable[] = []
    vi.spyOn(store, 'get').mockImplementation(async (...asked) => {
      const object = await get(...asked)
      if (object !== undefined) bodies.push(object.body)
      return object
    })
    expect((await site.get(`${RUN}/log`, { headers: joe, method: 'HEAD' })).status).toBe(200)
    await expect.poll(() => bodies.length > 0 && bodies.every(body => body.closed)).toBe(true)
  })

  it('says of a log that is no gzip that it is text', async () => {
    await site.web.store.put(CONTAINER, `${FOLDER}/log.gz`, Buffer.from('never compressed'))
    const page = await site.get(`${RUN}/log.gz`, { headers: joe })
    expect([page.headers.get('content-encoding'), page.text]).toEqual([null, 'never compressed'])
  })

  it('has a login that leads back', async () => {
    const answer = await site.app.request('http://localhost/private-results/login', {
      method: 'POST',
      headers: { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ next: `${RUN}/log.gz`, user: 'joe' })),
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${RUN}/log.gz`])
    expect(answer.headers.getSetCookie().join()).toContain('session=')
  })

  it('refuses all who are not named, in the same words whether there is anything or not', async () => {
    const paths = [
      ...['log.gz', 'log', 'nothing', 'readable-by', 'result.tar'].map(file => `${RUN}/${file}`),
      `${RUN.replace('20260902', '20260903')}/log.gz`,
      `${RUN.replace('ann', 'nobody')}/log.gz`,
      `/private-results/${CONTAINER}/a/b/c/d/${'e'.repeat(1200)}/log.gz`,
    ]
    const answers = await Promise.all(paths.map(path => site.get(path, { headers: jane })))
    expect(answers.map(page => page.status)).toEqual(paths.map(() => 403))
    expect(answers[0]?.text).toContain(REFUSED.replace("'", '&#39;'))
    for (const page of answers) expect(page.text).toBe(answers[0]?.text)
  })

  it('says to its readers alone that there is none', async () => {
    for (const file of ['nothing', 'nothing.gz']) {
      const page = await site.get(`${RUN}/${file}`, { headers: joe })
      expect(page.status).toBe(404)
      expect(page.text).toContain('Log not found.')
    }
  })

  it.each([
    `${RUN}/..%2f..%2fx`,
    `${RUN}/log%2Fgz`,
    `${RUN}/log%00.gz`,
    `${RUN}/a/b`,
    RUN,
    `${RUN}/`,
    `/private-results/${CONTAINER}//amd64/s/secret-thing/x@/log.gz`,
    `/private-results/${CONTAINER}/noble/amd64/s/secret-thing/x@/..%5clog.gz`,
    '/private-results/',
    '/private-results',
  ])('%s is 404 for everybody', async path => {
    for (const headers of [{}, joe]) expect((await site.get(path, { headers })).status).toBe(404)
  })
})

describe('a private file, for a reader', () => {
  const bytesOf = async (path: string, init: RequestInit = {}) => {
    const response = await site.app.request(path, { ...init, headers: { ...joe, ...init.headers } })
    return { response, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  it('that is compressed passes as it is, shown as text, and is kept by nobody', async () => {
    const { response, bytes } = await bytesOf(`${RUN}/log.gz`, { headers: { 'accept-encoding': 'identity' } })
    expect(response.headers.get('content-type')).toBe('text/plain; charset=UTF-8')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(gunzipSync(bytes).toString()).toContain('version 5.28')
  })

  it('that a browser could run does not run', async () => {
    const { response } = await bytesOf(`${RUN}/page.html`)
    expect(response.headers.get('content-type')).not.toContain('html')
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('has its length for a HEAD, and is given in ranges', async () => {
    const head = await bytesOf(`${RUN}/result.tar`, { method: 'HEAD' })
    expect([head.response.headers.get('content-length'), head.bytes.length]).toEqual(['10240', 0])
    const part = await bytesOf(`${RUN}/result.tar`, { headers: { range: 'bytes=10-19' } })
    expect([part.response.status, part.bytes.length]).toEqual([206, 10])
    const beyond = await bytesOf(`${RUN}/result.tar`, { headers: { range: 'bytes=20000-' } })
    expect(beyond.response.status).toBe(416)
  })

  it('has our page of its log, which is kept by nobody', async () => {
    const page = await site.get(`${RUN}/log`, { headers: joe })
    expect(page.texts('h1')).toEqual(['Private log of secret-thing on noble/amd64'])
    expect(page.text).toContain('&lt;script&gt;secret')
    expect(page.text.trimEnd().endsWith('</html>')).toBe(true)
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(page.document.querySelector('a[href^="/packages/"]')).toBeNull()
    const head = await bytesOf(`${RUN}/log`, { method: 'HEAD' })
    expect([head.response.status, head.bytes.length]).toEqual([200, 0])
  })
})

describe('who may read a private run', () => {
  async function statusFor(readers: string | null, options: SiteOptions = {}): Promise<number> {
    const other = await aPrivateSite(readers, options)
    return (await other.get(`${RUN}/log.gz`, { headers: await signedInAs(other, 'joe') })).status
  }

  it.each([
    ['ann\r\n  joe \n', 200],
    [`${'x\n'.repeat(40)}joe`, 200],
    ['joey\njo\nJOE\n', 403],
    ['', 403],
    [null, 403],
    ['../joe\njoe/..\n%6a%6f%65\n\0joe', 403],
    [`${Array.from({ length: 60 }, (_, n) => `team${n}`).join('\n')}\njoe`, 403],
    [`${'y'.repeat(200_000)}\njoe`, 403],
  ])('is read from %j: %i', async (readers, status) => {
    expect(await statusFor(readers)).toBe(status)
  })

  it('are the members of a team, as Launchpad says', async () => {
    const peer = await startLaunchpad({ participants: { crew: ['ann', 'joe'], others: ['jane'] } })
    onTestFinished(() => peer.close())
    const launchpad = httpLaunchpad({ apiUrl: peer.apiUrl })
    onTestFinished(() => launchpad.close())
    expect(await statusFor('others\ncrew\n', { launchpad })).toBe(200)
    expect(await statusFor('others\n', { launchpad })).toBe(403)
  })

  it('is not known while Launchpad is away, which is never a no', async () => {
    const limits = { ...usualLimits, attempts: 1 }
    const peer = await startLaunchpad({ participants: { crew: ['joe'] } }, (request, response) => {
      if (request.url?.includes('~broken')) response.writeHead(500).end()
      return request.url?.includes('~broken') ?? false
    })
    onTestFinished(() => peer.close())
    const launchpad = httpLaunchpad({ apiUrl: peer.apiUrl, limits })
    onTestFinished(() => launchpad.close())
    expect(await statusFor('broken\n', { launchpad })).toBe(503)
    expect(await statusFor('broken\ncrew\n', { launchpad })).toBe(200)
    expect(await statusFor('broken\njoe\n', { launchpad })).toBe(200)
  })

  it('is found in a list that comes later', async () => {
    const other = await aPrivateSite(null)
    const headers = await signedInAs(other, 'joe')
    expect((await other.get(`${RUN}/log.gz`, { headers })).status).toBe(403)
    await other.web.store.put(CONTAINER, `${FOLDER}/readable-by`, Buffer.from('joe'))
    expect((await other.get(`${RUN}/log.gz`, { headers })).status).toBe(200)
  })
})
