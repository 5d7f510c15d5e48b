import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { paceOf } from '../../../../../test/web/pace.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, from } from '../../../../../test/web/site.ts'

describe('the running page', () => {
  it('has the anchors that GitHub statuses and the systemd recipe lead to', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(aRunningTest('systemd-upstream', { triggers: ['systemd/1'] }))
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello')]))
    const { document } = await site.get('/running')
    expect(document.querySelector('[id="pkg-systemd-upstream"]')?.textContent).toContain('systemd/1')
    expect(document.querySelector('[id="queue-ubuntu-noble-amd64"]')?.textContent).toContain('hello')
  })

  it('keeps every anchor on the first page, whatever is folded or stands on another', async () => {
    const site = await aSite()
    const tests = Array.from({ length: 300 }, (_, n) => aRunningTest(`package-${n}`, {}, { duration: n }))
    await site.web.snapshots.running.replace(Object.assign({}, ...tests))
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello')]))
    const { document } = await site.get('/running')
    const ids = [...document.querySelectorAll('[id]')].map(element => element.getAttribute('id'))
    expect(ids.filter(id => id?.startsWith('pkg-')).toSorted()).toEqual(
      Array.from({ length: 300 }, (_, n) => `pkg-package-${n}`).toSorted(),
    )
    expect(ids).toContain('queue-ubuntu-noble-arm64')
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('shows what runs, longest first, and the log tail of each on a page of its own, as text', async () => {
    const site = await aSite()
    const young = aRunningTest('young', {}, { duration: 5 })
    const old = aRunningTest(
      'old',
      { requester: 'joe' },
      { duration: 50, logtail: '<script>alert(1)</script>' },
    )
    await site.web.snapshots.running.replace({ ...young, ...old })
    const page = await site.get('/running')
    expect(page.texts('.running-test > div:nth-of-type(2) > a:first-child')).toEqual(['old', 'young'])
    const href = page.document.querySelector('.running-test details a')?.getAttribute('href') ?? ''
    expect(href).toMatch(/^\/running\/[0-9a-f]{16}$/)
    const log = await site.get(href)
    expect(log.texts('pre')[0]).toBe('<script>alert(1)</script>')
    expect(log.text).not.toContain('<script>alert')
    expect((await site.get('/running/0123456789abcdef')).status).toBe(404)
  })

  it('is one screen of at most 60 KB with 25,000 queued and 300 running, and leads to all of it', async () => {
    const site = await aSite()
    const requests = Array.from({ length: 25_000 }, (_, n) =>
      aRequest(`package-${n}`, { triggers: ['glibc/2.39'] }),
    )
    await site.web.snapshots.queued.replace(aQueue(requests))
    const triggers = (n: number) => Array.from({ length: 50 }, (_, t) => `source-${n}-${t}/${n * t}.${t}-1`)
    const tests = Array.from({ length: 300 }, (_, n) =>
      aRunningTest(
        `package-${n}`,
        { triggers: triggers(n), requester: `joe${n}` },
        { duration: n, logtail: 'x'.repeat(2000) },
      ),
    )
    await site.web.snapshots.running.replace(Object.assign({}, ...tests))
    const page = await site.get('/running')
    expect(page.texts('h1')).toEqual(['300 tests running, 25,000 queued'])
    expect(brotliCompressSync(page.text).length).toBeLessThan(60_000)
    const shorter = page.document.querySelector('a[rel=next]')?.getAttribute('href') ?? ''
    expect((await site.get(shorter)).document.querySelector('.running-test a')?.textContent).toBe(
      'package-199',
    )
    const all = page.document.querySelector('details.queues a')?.getAttribute('href') ?? ''
    expect(all).toBe('/queues/ubuntu/noble/amd64')
    const last = await site.get(`${all}?offset=24900`)
    expect(last.texts('tbody tr').length).toBe(100)
    expect(last.texts('tbody tr').at(-1)).toMatch(/^25000package-24999/)
  })

  it('finds what runs and waits by package, trigger, place, context and requester', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace({
      ...aRunningTest('glibc', { triggers: ['gcc/1'], requester: 'joe' }),
      ...aRunningTest('eglibc', { triggers: ['bash/1'], ppas: ['a/b'] }, { arch: 'arm64' }),
      ...aRunningTest('private-test', {}, { logtail: 'Running private test' }),
    })
    const bodies = [
      aRequest('glibc', { triggers: ['gcc/2'], requester: 'joe' }),
      aRequest('bash', { triggers: ['glibc/2'], requester: 'joey' }),
      'private job',
    ]
    await site.web.snapshots.queued.replace(aQueue(bodies, { size: 10 }))
    const found = async (query: string) => {
      const page = await site.get(`/running?${query}`)
      const names = (selector: string) =>
        [...page.document.querySelectorAll(selector)].map(one => one.textContent).join(' ')
      const heads = page.texts('h2').map(text => Number(text.replace(/\D/g, '')))
      return [
        names('.running-test > div:nth-of-type(2) > a:first-child'),
        names('td[data-head=Package] a'),
        ...heads,
      ]
    }
    expect(await found('package=glibc')).toEqual(['glibc eglibc', 'glibc', 2, 1])
    expect(await found('trigger=glibc')).toEqual(['', 'bash', 0, 1])
    expect(await found('trigger=gcc%2F')).toEqual(['glibc', 'glibc', 1, 1])
    expect(await found('requester=joe')).toEqual(['glibc', 'glibc', 1, 1])
    expect(await found('context=ppa')).toEqual(['eglibc', '', 1, 0])
    expect(await found('arch=arm64')).toEqual(['eglibc', '', 1, 0])
    // By its place a private one is counted, and by nothing else
    expect(await found('release=noble&arch=amd64')).toEqual(['glibc', 'glibc bash', 2, 10])
  })

  it('leads readers to their own requests, who have to say who they are', async () => {
    const site = await aSite()
    const page = await site.get('/running/mine')
    expect(page.status).toBe(200)
    expect(page.document.querySelector('form.login input')?.getAttribute('value')).toBe('/running/mine')
    const headers = await signedInAs(site, 'joe')
    const response = await site.app.request('/running/mine', { headers })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/running?requester=joe'])
  })

  it('says what looks stuck by what the test took before', async () => {
    const site = await aSite()
    const runs = Array.from({ length: 6 }, (_, n) =>
      aRun()
        .of('slow')
        .on('noble', 'amd64')
        .lasting(100 + n),
    )
    await site.record(...runs)
    await site.web.snapshots.running.replace({
      ...aRunningTest('slow', {}, { duration: 400 }),
      ...aRunningTest('new', {}, { duration: 500 }),
    })
    const page = await site.get('/running')
    expect(page.texts('#stuck h2')).toEqual(['Looks stuck: 1 test'])
    expect(page.texts('#stuck li')[0]).toContain('over 3 times')
    expect(page.texts('.running-test > div:first-child')[0]).toContain('no run before')
  })

  it('folds most of what looks stuck, so that what runs is in sight', async () => {
    const site = await aSite()
    const names = Array.from({ length: 8 }, (_, n) => `slow${n}`)
    await site.web.snapshots.running.replace(
      Object.assign({}, ...names.map(name => aRunningTest(name, {}, { duration: 9_500 }))),
    )
    const page = await site.get('/running')
    expect(page.texts('#stuck h2')).toEqual(['Looks stuck: 8 tests'])
    expect(page.texts('#stuck > ul li')).toHaveLength(5)
    expect(page.texts('#stuck summary')).toEqual(['3 more'])
    expect(page.texts('#stuck details li')).toHaveLength(3)
  })

  it('leads to the pages of waiting requests that have one', async () => {
    const site = await aSite()
    const uuid = '0b2f4c1e-0000-4000-8000-000000000001'
    const bodies = [aRequest('a', { uuid }), aRequest('b', { uuid: '../x' }), aRequest('c')]
    await site.web.snapshots.queued.replace(aQueue(bodies))
    const { document } = await site.get('/queues/ubuntu/noble/amd64')
    const hrefs = [...document.querySelectorAll('td.links a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([`/requests/${uuid}`])
  })

  it('shows nothing of private tests and requests but that they are there', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(
      aRunningTest('private-test', {}, { logtail: 'Running private test' }),
    )
    await site.web.snapshots.queued.replace(aQueue(['private job']))
    const page = await site.get('/running')
    expect(page.texts('.running-test')[0]).toContain('Running private test')
    expect(page.texts('table.queued tbody tr')).toEqual(['noble/amd641private job'])
    const cells = [...page.document.querySelectorAll('table.queued tbody td')]
    const width = cells.reduce((sum, cell) => sum + Number(cell.getAttribute('colspan') ?? 1), 0)
    expect(width, 'as wide as the heads').toBe(page.texts('table.queued th').length)
  })

  it('says what would be here, and what to look at, when no daemon has written yet', async () => {
    const site = await aSite()
    const page = await site.get('/running')
    expect(page.status).toBe(200)
    expect(page.text).toContain('is amqp-status-collector running?')
    expect(page.text).toContain('is cache-amqp running?')
  })

  it('says how much of a queue is not known', async () => {
    const site = await aSite()
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello')], { size: 84_121 }))
    const page = await site.get('/queues/ubuntu/noble/amd64')
    expect(page.texts('main p:not(.crumbs)')[0]).toContain('84,121 requests wait')
    expect(page.texts('main p:not(.crumbs)')[0]).toContain('the other 84,120')
    expect((await site.get('/queues/ubuntu/noble/nowhere')).status).toBe(404)
  })

  it('tells programs what waits in a queue, and when each is likely to start', async () => {
    const site = await aSite()
    const bodies = [
      'private job',
      aRequest('hello', { triggers: ['glibc/2.39'], requester: 'joe' }),
      aRequest('b'),
    ]
    await site.web.snapshots.queued.replace(aQueue(bodies, { size: 9 }))
    await paceOf(site, 2)
    const page = await site.get('/queues/ubuntu/noble/amd64')
    const address = page.document.querySelector('main p.quiet a')?.getAttribute('href')
    expect(address).toBe('/queues/ubuntu/noble/amd64.json')
    const part = JSON.parse((await site.get(`${address}?limit=2`)).text)
    const range = { start: { from: expect.any(String), to: expect.any(String) }, end: null }
    expect(part).toEqual({
      ...{ context: 'ubuntu', release: 'noble', arch: 'amd64', size: 9, known: 3 },
      at: expect.any(String),
      requests: [
        { position: 1, private: true, expected: range },
        expect.objectContaining({
          ...{ position: 2, package: 'hello', triggers: ['glibc/2.39'], requester: 'joe', expected: range },
        }),
      ],
      next: '/queues/ubuntu/noble/amd64.json?limit=2&offset=2',
    })
    const rest = JSON.parse((await site.get(part.next)).text)
    expect(rest).not.toHaveProperty('next')
    expect(rest.requests).toMatchObject([{ position: 3, package: 'b' }])
    expect((await site.get('/queues/ubuntu/noble/nowhere.json')).status).toBe(404)
  })

  it('pages through a queue by as many as were asked for', async () => {
    const site = await aSite()
    await site.web.snapshots.queued.replace(
      aQueue(['a1', 'b1', 'c1', 'd1', 'e1'].map(name => aRequest(name))),
    )
    const names = ({ document }: Awaited<ReturnType<typeof site.get>>) =>
      [...document.querySelectorAll('tbody tr')].map(row => row.querySelector('a')?.textContent)
    const first = await site.get('/queues/ubuntu/noble/amd64?limit=2')
    expect(names(first)).toEqual(['a1', 'b1'])
    const next = first.document.querySelector('a[rel=next]')?.getAttribute('href') ?? ''
    // The oldest wait first
    expect(first.texts('.pages a')).toEqual(['After'])
    expect(names(await site.get(next))).toEqual(['c1', 'd1'])
  })
})

describe('a reader who follows the running page', () => {
  it('is told when something changed, and let go when the site closes', async () => {
    const site = await aSite()
    const response = await site.app.request('/events?of=running')
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const next = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString()
    expect(await next()).toBe('retry: 3000\n\n')
    await site.web.snapshots.running.replace(aRunningTest('hello'))
    expect(await next()).toBe('event: running\ndata: changed\n\n')
    await reader.cancel()
  })
})

describe('a running test that looks stuck', () => {
  it('is named by the details of /readyz, and counted by nobody for strangers', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(aRunningTest('slow', {}, { duration: 9_500 }))
    const mine = await site.app.request('/readyz', {}, from('127.0.0.1'))
    expect(await mine.json()).toMatchObject({
      ready: true,
      running: { ok: false, stuck: 1, tests: [{ test: 'slow noble/amd64', reason: 'near its time-out' }] },
    })
    const others = await site.app.request('/readyz', {}, from('192.0.2.1'))
    expect(await others.json()).toEqual({ ready: true })
  })
})
