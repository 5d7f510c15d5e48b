import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { aSite, type Site } from '../../../../../test/web/site.ts'

const RUN = 'noble/amd64/h/hello/20260902_101112_abcde@'
const LOG = gzipSync('autopkgtest [10:11:12]: version 5.28\n')

async function aSiteWithFiles(): Promise<Site> {
  const site = await aSite()
  const { store } = site.web
  await store.createContainer('autopkgtest-noble', 'public')
  await store.createContainer('private-autopkgtest-noble-joe-secret', 'private')
  await store.put('autopkgtest-noble', `${RUN}/log.gz`, LOG)
  await store.put('autopkgtest-noble', `${RUN}/result.tar`, Buffer.alloc(10_240, 'x'))
  await store.put('private-autopkgtest-noble-joe-secret', `${RUN}/log.gz`, LOG)
  return site
}

const bytesOf = async (site: Site, path: string, headers: Record<string, string> = {}) => {
  const response = await site.app.request(path, { headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('an object below /results/', () => {
  it('passes as gzip bytes for ppa-dev-tools and nubuntu, whatever encoding was asked for', async () => {
    const site = await aSiteWithFiles()
    for (const encoding of ['identity', 'gzip', 'br']) {
      const { response, bytes } = await bytesOf(site, `/results/autopkgtest-noble/${RUN}/log.gz`, {
        'accept-encoding': encoding,
      })
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(gunzipSync(bytes).toString()).toContain('version 5.28')
      expect(bytes.equals(LOG)).toBe(true)
    }
  })

  it.each([
    ['a log that was never compressed\n', null],
    ['', null],
    ['\x1f', null],
    ['\x1f\x8b', null],
    [LOG, 'gzip'],
  ])('is said to be gzip only if it is, as a browser would open nothing else: %j', async (log, encoding) => {
    const site = await aSiteWithFiles()
    const path = `/results/autopkgtest-noble/${RUN}/log.gz`
    const body = typeof log === 'string' ? Buffer.from(log, 'latin1') : log
    await site.web.store.put('autopkgtest-noble', `${RUN}/log.gz`, body)
    const whole = await bytesOf(site, path)
    expect(whole.response.headers.get('content-encoding')).toBe(encoding)
    expect(whole.bytes.equals(body)).toBe(true)
    expect(whole.response.headers.get('content-length')).toBe(String(body.length))
    const head = await site.app.request(path, { method: 'HEAD' })
    expect(head.headers.get('content-encoding')).toBe(encoding)
    const end = await bytesOf(site, path, { range: 'bytes=-1' })
    expect([end.response.headers.get('content-encoding'), end.bytes.toString('latin1')]).toEqual([
      encoding,
      body.subarray(-1).toString('latin1'),
    ])
  })

  it('has the Last-Modified that ubuntu-archive-tools reads, and a type that a browser shows as text', async () => {
    const site = await aSiteWithFiles()
    const { response } = await bytesOf(site, `/results/autopkgtest-noble/${RUN}/log.gz`)
    expect(Date.parse(response.headers.get('last-modified') ?? '')).toBeGreaterThan(0)
    expect(response.headers.get('content-type')?.toLowerCase()).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('content-length')).toBe(String(LOG.byteLength))
  })

  it('answers the @ of a run id in either form', async () => {
    const site = await aSiteWithFiles()
    const { response } = await bytesOf(site, `/results/autopkgtest-noble/${RUN.replace('@', '%40')}/log.gz`)
    expect(response.status).toBe(200)
  })

  it('is given in ranges, and not again to those who have it', async () => {
    const site = await aSiteWithFiles()
    const path = `/results/autopkgtest-noble/${RUN}/result.tar`
    const part = await bytesOf(site, path, { range: 'bytes=10-19' })
    expect(part.response.status).toBe(206)
    expect(part.response.headers.get('content-range')).toBe('bytes 10-19/10240')
    expect(part.bytes.length).toBe(10)
    const beyond = await bytesOf(site, path, { range: 'bytes=20000-' })
    expect(beyond.response.status).toBe(416)
    const etag = part.response.headers.get('etag') ?? ''
    expect((await bytesOf(site, path, { 'if-none-match': etag })).response.status).toBe(304)
  })

  it('is resumed only while it is the same one', async () => {
    const site = await aSiteWithFiles()
    const name = `${RUN}/result.tar`
    const resume = (condition: string, range = 'bytes=10-') =>
      bytesOf(site, `/results/autopkgtest-noble/${name}`, { range, 'if-range': condition })
    const etag = (await site.get(`/results/autopkgtest-noble/${name}`)).headers.get('etag') ?? ''
    expect((await resume(etag)).response.status).toBe(206)
    await site.web.store.put('autopkgtest-noble', name, Buffer.from('another and shorter one'))
    for (const range of ['bytes=10-', 'bytes=10000-', 'bytes=-0']) {
      const { response, bytes } = await resume(etag, range)
      expect([response.status, bytes.toString()]).toEqual([200, 'another and shorter one'])
    }
  })

  it('is given as a whole where it is replaced while a part of it is looked for', async () => {
    const site = await aSiteWithFiles()
    const { store } = site.web
    const { head } = store
    const replaced = Buffer.from('another one')
    vi.spyOn(store, 'head').mockImplementation(async (container, name) => {
      const info = await head(container, name)
      await store.put(container, name, replaced)
      return info
    })
    const path = `/results/autopkgtest-noble/${RUN}/result.tar`
    const { response, bytes } = await bytesOf(site, path, { range: 'bytes=0-3' })
    expect([response.status, bytes.toString()]).toEqual([200, 'another one'])
  })

  it.each(['bytes=-0', `bytes=${'9'.repeat(30)}-`, `bytes=10240-${'9'.repeat(30)}`])(
    'has nothing at %s, and says how long it is',
    async range => {
      const site = await aSiteWithFiles()
      const { response } = await bytesOf(site, `/results/autopkgtest-noble/${RUN}/result.tar`, { range })
      expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10240'])
    },
  )

  it('cannot run in a browser under our name', async () => {
    const site = await aSiteWithFiles()
    await site.web.store.put('autopkgtest-noble', `${RUN}/evil.html`, Buffer.from('<script>1</script>'), {
      contentType: 'text/html',
    })
    const { response } = await bytesOf(site, `/results/autopkgtest-noble/${RUN}/evil.html`)
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-type')).not.toMatch(/html/)
  })

  it('is 404 when it is missing from a public container', async () => {
    const site = await aSiteWithFiles()
    expect((await site.get(`/results/autopkgtest-noble/${RUN}/nothing`)).status).toBe(404)
  })
})

describe('containers that strangers may not read', () => {
  it.each([
    'autopkgtest-missing/',
    `autopkgtest-missing/${RUN}/log.gz`,
    `private-autopkgtest-noble-joe-secret/${RUN}/log.gz`,
    'private-autopkgtest-noble-joe-secret/',
    'db-backups/',
    '',
  ])('are 401 for britney, as Swift has it: %s', async path => {
    const site = await aSiteWithFiles()
    expect((await site.get(`/results/${path}`)).status).toBe(401)
  })

  it('cannot be reached by a path that climbs out', async () => {
    const site = await aSiteWithFiles()
    const climbed = await site.get('/results/autopkgtest-noble/..%2fprivate-autopkgtest-noble-joe-secret/')
    expect(climbed.status).toBe(404)
    const dotted = await site.get(
      '/results/autopkgtest-noble/x/%2e%2e/%2e%2e/private-autopkgtest-noble-joe-secret/',
    )
    expect([400, 401, 404]).toContain(dotted.status)
  })
})

describe('a listing', () => {
  const path = '/results/autopkgtest-noble/'

  it('is a name a line for ppa-dev-tools and the systemd recipe', async () => {
    const site = await aSiteWithFiles()
    const { text, headers } = await site.get(`${path}?format=plain`)
    expect(text).toBe(`${RUN}/log.gz\n${RUN}/result.tar\n`)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect((await site.get(`${path}?marker=${RUN}/log.gz`)).text).toBe(`${RUN}/result.tar\n`)
    expect((await site.get('/results/autopkgtest-noble')).text).toBe(text)
  })

  it('is rolled up at @ for britney, and empty without an error where there is nothing', async () => {
    const site = await aSiteWithFiles()
    const query = '?delimiter=%40&prefix=noble%2Famd64%2Fh%2Fhello%2F'
    expect((await site.get(path + query)).text).toBe(`${RUN}\n`)
    const after = await site.get(
      `${path + query}&marker=noble%2Famd64%2Fh%2Fhello%2F20260902_101112_abcde%40`,
    )
    expect([after.status, after.text]).toEqual([204, ''])
  })

  it('is JSON with the fields of Swift', async () => {
    const site = await aSiteWithFiles()
    const [log] = (await site.get(`${path}?format=json&limit=1`)).json<Record<string, unknown>[]>()
    expect(log).toMatchObject({ name: `${RUN}/log.gz`, bytes: LOG.byteLength })
    expect(log?.last_modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
    expect(log?.hash).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is full though the store gives a few names at a time, as britney asks for no second page', async () => {
    const site = await aSiteWithFiles()
    const { list } = site.web.store
    Object.assign(site.web.store, {
      list: (container: string, query: object) => list(container, { ...query, limit: 1 }),
    })
    const { text } = await site.get('/results/autopkgtest-noble/')
    expect(text.trimEnd().split('\n')).toEqual([`${RUN}/log.gz`, `${RUN}/result.tar`])
    expect((await site.get('/results/autopkgtest-noble/?limit=1')).text).toBe(`${RUN}/log.gz\n`)
  })

  it('is refused beyond what Swift lists at once', async () => {
    const site = await aSiteWithFiles()
    expect((await site.get(`${path}?limit=10001`)).status).toBe(412)
  })
})
