import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../test/builders/live.ts'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'

describe('recent.json', () => {
  it('has the keys, forms and order that its readers know', async () => {
    const run = aRun()
      .of('hello', '2.10-3')
      .named('20260902_101112_abcde@')
      .lasting(3671)
      .by('joe')
      .allProposed()
    const site = await aSite([run.triggeredBy('hello/2.10-3', 'glibc/2.39')])
    const { text, headers } = await site.get('/api/experimental/recent.json')
    expect(text).toBe(
      `[{"additional_params":"all-proposed=1","all_proposed":true,"arch":"amd64","code":"pass","human_date":"2026-09-02 10:11:12 UTC","human_sec":"1h 01m 11s","package":"hello","release":"noble","requester":"joe","run_id":"20260902_101112_abcde@","show_retry":false,"triggers":"hello/2.10-3 glibc/2.39","url":"https://autopkgtest.example/results/autopkgtest-noble/noble/amd64/h/hello/20260902_101112_abcde@","version":"2.10-3"}]\n`,
    )
    expect(headers.get('content-type')).toBe('application/json')
  })

  const limitOf = async (query: string): Promise<number> => {
    const site = await aSite(Array.from({ length: 105 }, () => aRun()))
    return (await site.get(`/api/experimental/recent.json${query}`)).json<unknown[]>().length
  }

  it.each([
    ['', 100],
    ['?limit=3', 3],
    ['?limit=+7', 7],
    ['?limit=%2012%20', 12],
    ['?limit=0', 100],
    ['?limit=-1', 100],
    ['?limit=2.5', 100],
    ['?limit=10001', 100],
    ['?limit=1000', 105],
    ['?limit=5&limit=9', 5],
    ['?offset=103', 2],
    ['?offset=-3', 100],
    ['?offset=99999999999999999999', 0],
  ])('reads %j as the reference does: %i rows', async (query, rows) => {
    expect(await limitOf(query)).toBe(rows)
  })

  it('filters by exact values, and not by an unknown result', async () => {
    const site = await aSite([
      aRun().of('a').failing().by('joe'),
      aRun().of('b').passing().on('jammy', 'arm64'),
      aRun().of('c').tmpfailing(),
    ])
    const packages = async (query: string): Promise<string[]> =>
      (await site.get(`/api/experimental/recent.json?${query}`))
        .json<{ package: string }[]>()
        .map(row => row.package)
    expect(await packages('result=fail')).toEqual(['a'])
    expect(await packages('release=jammy&arch=arm64')).toEqual(['b'])
    expect(await packages('user=joe')).toEqual(['a'])
    expect(await packages('user=Joe')).toEqual([])
    expect(await packages('result=otherfail')).toEqual(['c', 'b', 'a'])
    expect(await packages('result=nonsense&release=')).toEqual(['c', 'b', 'a'])
  })

  it('is not sent again, and asks no database, while nothing changed', async () => {
    const site = await aSite([aRun()])
    const { headers } = await site.get('/api/experimental/recent.json')
    const etag = headers.get('etag') ?? ''
    const again = await site.get('/api/experimental/recent.json', { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    await site.record(aRun())
    const after = await site.get('/api/experimental/recent.json', { headers: { 'if-none-match': etag } })
    expect(after.status).toBe(200)
  })
})

describe('the queues for programs', () => {
  it('are context, release, arch and requests for ppa-dev-tools, empty queues included', async () => {
    const site = await aSite()
    const request = aRequest('hello', { requester: 'joe', triggers: ['hello/2'] })
    await site.web.snapshots.queued.replace(aQueue([request, 'private job']))
    const { text } = await site.get('/queues.json')
    expect(JSON.parse(text)).toEqual({ ubuntu: { noble: { amd64: [request, 'private job'], arm64: [] } } })
    expect(text.startsWith('{\n  "ubuntu": {\n    "noble"')).toBe(true)
  })

  it('are lengths in queue_size.json, exact even where not all requests are known', async () => {
    const site = await aSite()
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello')], { size: 84_120 }))
    expect((await site.get('/queue_size.json')).json()).toEqual({
      ubuntu: { noble: { amd64: 84_120, arm64: 0 } },
    })
  })

  it('are the whole file in queued.json', async () => {
    const site = await aSite()
    const file = aQueue([aRequest('hello')])
    await site.web.snapshots.queued.replace(file)
    expect((await site.get('/queued.json')).json()).toEqual(file)
  })

  it('are honestly empty before anybody has read them', async () => {
    const site = await aSite()
    expect((await site.get('/queues.json')).json()).toEqual({})
    expect((await site.get('/queued.json')).json()).toEqual({ releases: [], arches: [], queues: {} })
  })
})

describe('running.json', () => {
  it('is the file for ppa-dev-tools and ubuntu-dev-tools, with the headers of a static file', async () => {
    const site = await aSite()
    const running = aRunningTest('hello', { triggers: ['hello/1'], requester: 'joe' })
    await site.web.snapshots.running.replace(running)
    for (const cacheControl of ['max-age=0', 'max-age-0']) {
      const got = await site.get('/static/running.json', { headers: { 'cache-control': cacheControl } })
      expect(got.json()).toEqual(running)
      expect(got.headers.get('cache-control')).toBe('public, max-age=60')
      expect(got.headers.get('content-type')).toBe('application/json')
    }
  })

  it('is two bytes while nothing runs', async () => {
    const site = await aSite()
    expect((await site.get('/static/running.json')).text).toBe('{}')
  })
})
