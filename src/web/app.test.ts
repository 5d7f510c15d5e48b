import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../test/builders/run.ts'
import { aSite } from '../../test/web/site.ts'

const KEPT = ['/', '/packages/hello', '/search?q=x', '/packages/hello/noble/amd64']

describe('every page', () => {
  it.each(KEPT)(
    '%s answers 304 to those who have it, and the new page when something changed',
    async path => {
      const site = await aSite([aRun().of('hello')])
      const first = await site.get(path)
      expect(first.status).toBe(200)
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
      const again = await site.get(path, { headers })
      expect(again.status).toBe(304)
      expect(again.text).toBe('')
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
      await site.web.snapshots.alerts.replace([{ level: 'info', message: 'News' }])
      const changed = await site.get(path, { headers })
      expect(changed.status).toBe(200)
      expect(changed.text).toContain('News')
    },
  )

  it('comes in the encoding that is asked for, and says what it varies by', async () => {
    const site = await aSite([aRun(), aRun(), aRun()])
    const plain = await site.get('/')
    const response = await site.app.request('/', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(brotliDecompressSync(await response.arrayBuffer()).toString()).toBe(plain.text)
  })

  it.each([...KEPT, '/nowhere', '/robots.txt', '/static/site.js'])(
    '%s has the headers that keep it safe',
    async path => {
      const { headers } = await (await aSite()).get(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('set-cookie')).toBeNull()
    },
  )

  it('has no script or style in it, and nothing of another host', async () => {
    const site = await aSite([aRun()], { settings: { sampleData: true, banner: 'Staging' } })
    for (const path of KEPT) {
      const { document, text } = await site.get(path)
      for (const element of document.querySelectorAll('script, link, img, iframe')) {
        const address = element.getAttribute('src') ?? element.getAttribute('href') ?? ''
        // A feed is for whoever wants it: a browser does not load it
        expect(address).toMatch(
          element.getAttribute('rel') === 'alternate' ? /^\/[^/].*\/feed\.atom/ : /^\/static\//,
        )
        expect(element.textContent).toBe('')
      }
      expect([...document.querySelectorAll('style')]).toEqual([])
      expect(text).not.toMatch(/\s(style|on\w+)=/)
    }
  })

  it('answers HEAD as GET without the body', async () => {
    const site = await aSite([aRun()])
    const [get, head] = [await site.get('/'), await site.get('/', { method: 'HEAD' })]
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
  })

  it('says to OPTIONS what is possible', async () => {
    const answer = await (await aSite()).get('/recent', { method: 'OPTIONS' })
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s with what is possible', async method => {
    const answer = await (await aSite()).get('/packages/hello', { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('shows alerts in force, the banner and the mark of sample data', async () => {
    const site = await aSite([], { settings: { sampleData: true, banner: 'This is staging' } })
    await site.web.snapshots.alerts.replace([
      { level: 'error', message: 'a <b>: with colons' },
      { level: 'info', message: 'over', until: '2020-01-01' },
    ])
    const page = await site.get('/')
    expect(page.texts('.alert')).toEqual(['a <b>: with colons'])
    expect(page.texts('.banner')).toEqual(['This is staging', expect.stringContaining('Sample data')])
  })
})

describe('what is measured', () => {
  it('is each request under its route, never its path', async () => {
    const site = await aSite([aRun()])
    await site.get('/packages/hello')
    await site.get('/packages/some-other')
    await site.get('/packages/hello', { method: 'POST' })
    await site.get('/wp-login.php')
    const { body } = await site.web.metrics.render()
    expect(body).toMatch(/_count\{route="\/packages\/:package",status="200"\} 2/)
    expect(body).toMatch(/_count\{route="\/packages\/:package",status="405"\} 1/)
    expect(body).toMatch(/_count\{route="none",status="404"\} 1/)
    expect(body).not.toMatch(/hello|wp-login/)
  })
})

describe('addresses that moved', () => {
  it.each([
    ['/packages/hello/', 301, '/packages/hello'],
    ['/packages/h/hello/noble/amd64/?before=x', 301, '/packages/h/hello/noble/amd64?before=x'],
    ['/running.shtml', 301, '/running'],
    ['/running/', 301, '/running'],
    ['/user/joe?limit=5', 308, '/user/joe/?limit=5'],
  ])('%s is %i to %s', async (path, status, location) => {
    const answer = await (await aSite()).get(path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('location')).toBe(location)
  })
})

describe('addresses that are no page', () => {
  it.each([
    '/nowhere',
    '/browse.cgi',
    '/helpers/utils.py',
    '/recent/',
    '/user/joe/ppa/',
    '/packages/a%2Fb',
    '/packages/a%00',
  ])('%s is 404 with a way on', async path => {
    const page = await (await aSite()).get(path)
    expect(page.status).toBe(404)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.document.querySelector('main a[href="/"]')).not.toBeNull()
    expect(page.document.querySelector('input[name=q]')).not.toBeNull()
  })

  it('are JSON for programs', async () => {
    const site = await aSite()
    for (const [path, accept] of [
      ['/nowhere.json', '*/*'],
      ['/api/nowhere', 'text/html'],
      ['/nowhere', 'application/json'],
    ] as const) {
      const answer = await site.get(path, { headers: { accept } })
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.json()).toMatchObject({ status: 404, title: 'Not found' })
    }
  })

  it('are refused when they are too long', async () => {
    const site = await aSite()
    expect((await site.get(`/search?q=${'x'.repeat(20_000)}`)).status).toBe(414)
    expect((await site.get(`/search?q=${'x'.repeat(10_000)}`)).status).toBe(200)
  })
})

describe('files for robots and browsers', () => {
  it('keeps robots out', async () => {
    const answer = await (await aSite()).get('/robots.txt')
    expect(answer.text).toBe('User-agent: *\nDisallow: /\n')
    expect(answer.headers.get('content-type')).toContain('text/plain')
  })

  it('has no favicon', async () => {
    expect((await (await aSite()).get('/favicon.ico')).status).toBe(204)
  })

  it('lets files whose name holds their hash be kept for ever', async () => {
    const answer = await (await aSite()).get('/static/style.css')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect((await (await aSite()).get('/static/../package.json')).status).toBe(404)
  })
})
