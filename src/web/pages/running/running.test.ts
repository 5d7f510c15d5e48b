import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../../test/builders/live.ts'
import { aSite } from '../../../../test/web/site.ts'

describe('the running page', () => {
  it('has the anchors that GitHub statuses and the systemd recipe lead to', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(aRunningTest('systemd-upstream', { triggers: ['systemd/1'] }))
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello')]))
    const { document } = await site.get('/running')
    expect(document.querySelector('[id="pkg-systemd-upstream"]')?.textContent).toContain('systemd/1')
    expect(document.querySelector('[id="queue-ubuntu-noble-amd64"]')?.textContent).toContain('hello')
  })

  it('shows what runs, longest first, with its parameters and log tail as text', async () => {
    const site = await aSite()
    const young = aRunningTest('young', {}, { duration: 5 })
    const old = aRunningTest(
      'old',
      { requester: 'joe' },
      { duration: 50, logtail: '<script>alert(1)</script>' },
    )
    await site.web.snapshots.running.replace({ ...young, ...old })
    const page = await site.get('/running')
    expect(page.texts('.running-test > .v + div > a:first-child')).toEqual(['old', 'young'])
    expect(page.texts('.running-test pre')[0]).toBe('<script>alert(1)</script>')
    expect(page.text).not.toContain('<script>alert')
  })

  it('keeps totals exact and everything reachable with 25,000 queued and 300 running', async () => {
    const site = await aSite()
    const requests = Array.from({ length: 25_000 }, (_, n) =>
      aRequest(`package-${n}`, { triggers: ['glibc/2.39'] }),
    )
    await site.web.snapshots.queued.replace(aQueue(requests))
    const tests = Array.from({ length: 300 }, (_, n) => aRunningTest(`package-${n}`, {}, { duration: n }))
    await site.web.snapshots.running.replace(Object.assign({}, ...tests))
    const page = await site.get('/running')
    expect(page.texts('h1')).toEqual(['300 tests running, 25,000 queued'])
    expect(page.text.length).toBeLessThan(500_000)
    const all = page.document.querySelector('.queue p a')?.getAttribute('href') ?? ''
    expect(all).toBe('/queues/ubuntu/noble/amd64')
    const last = await site.get(`${all}?offset=24900`)
    expect(last.texts('tbody tr').length).toBe(100)
    expect(last.texts('tbody tr').at(-1)).toMatch(/^25000package-24999/)
  })

  it('leads to the pages of waiting requests that have one', async () => {
    const site = await aSite()
    const uuid = '0b2f4c1e-0000-4000-8000-000000000001'
    const bodies = [aRequest('a', { uuid }), aRequest('b', { uuid: '../x' }), aRequest('c')]
    await site.web.snapshots.queued.replace(aQueue(bodies))
    for (const path of ['/running', '/queues/ubuntu/noble/amd64']) {
      const { document } = await site.get(path)
      const hrefs = [...document.querySelectorAll('td.links a')].map(a => a.getAttribute('href'))
      expect(hrefs, path).toEqual([`/requests/${uuid}`])
    }
  })

  it('shows nothing of private tests and requests but that they are there', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace(
      aRunningTest('private-test', {}, { logtail: 'Running private test' }),
    )
    await site.web.snapshots.queued.replace(aQueue(['private job']))
    const page = await site.get('/running')
    expect(page.texts('.running-test')[0]).toContain('Running private test')
    expect(page.texts('.queue tbody tr')).toEqual(['1private job'])
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
    expect(page.texts('main p')[0]).toContain('84,121 requests wait')
    expect(page.texts('main p')[0]).toContain('the other 84,120')
    expect((await site.get('/queues/ubuntu/noble/nowhere')).status).toBe(404)
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
