import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { aRun, type RunBuilder } from '../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../test/web/site.ts'
import { indexSteadiness } from '../../../operations/index/index-steadiness.ts'
import { links } from '../../links.ts'
import type { newsJson } from './news-json.ts'

type Item = ReturnType<typeof newsJson>
interface Feed {
  readonly items: readonly Item[]
  readonly next: number
}

/** A site that knows what is new in these runs. */
async function siteOf(...runs: readonly RunBuilder[]): Promise<Site> {
  const site = await aSite(runs)
  await index(site)
  return site
}
const index = async (site: Site): Promise<void> => {
  while (await indexSteadiness(site.web));
}
const justNow = (seconds: number) =>
  aRun().endedAt(new Date(Date.now() - 3_600_000 + seconds * 1000).toISOString().slice(0, 19))

const GZIP = aRun().of('gzip', '1.12-1').triggeredBy('glibc/2.39-1').by('joe')
const again = (run: RunBuilder): RunBuilder => run.with({ runId: aRun().runId })

describe('a feed', () => {
  it('has the runs that turned and no other, the newest first', async () => {
    const runs = [GZIP, again(GZIP), again(GZIP).failing(), again(GZIP).failing(), again(GZIP)]
    const site = await siteOf(...runs, aRun().of('steady'), aRun().of('steady'))
    const page = await site.get('/packages/gzip/feed.atom')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    expect(page.texts('entry title')).toEqual([
      'gzip 1.12-1 on noble amd64: pass, before fail',
      'gzip 1.12-1 on noble amd64: fail, before pass',
    ])
    const [, failed] = [...page.document.querySelectorAll('entry')]
    expect(failed?.querySelector('link')?.getAttribute('href')).toBe(
      `https://autopkgtest.example${links.run(runs[2] as RunBuilder)}`,
    )
    expect(failed?.querySelector('summary')?.textContent).toMatch(
      /^Triggered by glibc\/2\.39-1\.\nRequested by joe\.\nThe run before it/,
    )
    expect(failed?.querySelector('id')?.textContent).toMatch(
      /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    )
    expect(page.document.querySelector('feed > link[rel=self]')?.getAttribute('href')).toBe(
      'https://autopkgtest.example/packages/gzip/feed.atom',
    )
  })

  it('is linked from the page that it is about, and has what that is about alone', async () => {
    const turned = (run: RunBuilder) => [run, again(run).failing()]
    const site = await siteOf(
      ...turned(GZIP),
      ...turned(aRun().of('bash').on('jammy', 's390x').triggeredBy('readline/8').by('jane')),
    )
    const feeds = [
      ['/packages/gzip', 'gzip'],
      ['/packages/bash/jammy/s390x', 'bash'],
      ['/triggers/readline', 'bash'],
      ['/triggers/glibc/2.39-1', 'gzip'],
      ['/user/joe/', 'gzip'],
      ['/recent?release=jammy&arch=s390x', 'bash'],
      ['/recent?arch=amd64', 'gzip'],
    ] as const
    for (const [address, name] of feeds) {
      const { document } = await site.get(address)
      const href = document.querySelector('link[type="application/atom+xml"]')?.getAttribute('href') ?? ''
      const found = await site.get(href)
      expect(found.texts('entry title').join(), address).toMatch(new RegExp(`^${name} [^,]*, before pass$`))
      const programs = await site.get(href.replace('feed.atom', 'feed.json'))
      expect(
        programs.json<Feed>().items.map(item => item.package),
        address,
      ).toEqual([name])
    }
    const home = (await site.get('/')).document.querySelector('link[type="application/atom+xml"]')
    expect((await site.get(home?.getAttribute('href') ?? '')).texts('entry')).toHaveLength(2)
  })

  it('keeps its entries as they are wherever the site is reached', async () => {
    const runs = [GZIP, again(GZIP).failing()]
    const [one, other] = [
      await siteOf(...runs),
      await aSite(runs, { settings: { baseUrl: 'https://other.example' } }),
    ]
    await index(other)
    const idsOf = async (site: Site) => (await site.get('/packages/gzip/feed.atom')).texts('entry > id')
    expect(await idsOf(one)).toEqual(await idsOf(other))
  })

  it('is not sent again to who has it, by tag or by date', async () => {
    const site = await siteOf(GZIP, again(GZIP).failing())
    const first = await site.get('/packages/gzip/feed.atom')
    const [etag, modified] = [first.headers.get('etag') ?? '', first.headers.get('last-modified') ?? '']
    const asked = async (headers: Record<string, string>) =>
      (await site.get('/packages/gzip/feed.atom', { headers })).status
    expect(await asked({ 'if-none-match': etag })).toBe(304)
    expect(await asked({ 'if-modified-since': modified })).toBe(304)
    expect(await asked({ 'if-modified-since': modified, 'if-none-match': '"other"' })).toBe(200)
    expect(await asked({ 'if-modified-since': new Date(Date.now() + 90_000).toUTCString() })).toBe(200)
    await site.record(again(GZIP))
    await index(site)
    expect(await asked({ 'if-none-match': etag })).toBe(200)
    expect(await asked({ 'if-modified-since': modified })).toBe(200)
  })

  it('has no date while another news may come in the same second', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const site = await siteOf(justNow(0), justNow(1).failing())
      expect((await site.get('/recent/feed.atom')).headers.has('last-modified')).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is well-formed whatever names and texts hold', async () => {
    const odd = aRun().of('gzip', '1<&>"\u0001\uffff').triggeredBy('a]]>/1').by('j\u202eoe')
    const site = await siteOf(odd, again(odd).failing())
    const { text } = await site.get('/packages/gzip/feed.atom')
    expect(text).toContain('1&lt;&amp;&gt;&quot;␁\ufffd on noble')
    expect(text).toContain('a]]&gt;/1')
    expect(text).not.toContain('\u202e')
  })

  it('of what nobody knows is empty', async () => {
    const site = await siteOf()
    expect((await site.get('/packages/none/feed.atom')).text).toContain(
      '<updated>1970-01-01T00:00:00Z</updated>',
    )
    expect((await site.get('/packages/none/feed.json')).json()).toEqual({ items: [], next: 0 })
  })
})

describe('the feed of a team', () => {
  const teamsFile = () => {
    const path = join(temporaryFolder(), 'teams.json')
    writeFileSync(path, JSON.stringify({ base: ['gzip', 'tar'], other: ['bash'] }))
    return path
  }

  it('has what turned of its packages, is linked from its page, and is of no team that nobody knows', async () => {
    const runs = ['gzip', 'bash', 'tar', 'dash'].flatMap(name => [aRun().of(name), aRun().of(name).failing()])
    const site = await aSite(runs, { documents: { teams: teamsFile() } })
    await index(site)
    const { document } = await site.get('/teams/base')
    const href = document.querySelector('link[type="application/atom+xml"]')?.getAttribute('href') ?? ''
    expect(href).toBe('/teams/base/feed.atom')
    const feed = await site.get(href)
    expect(feed.texts('entry title').map(title => title.split(' ')[0])).toEqual(['tar', 'gzip'])
    const headers = { 'if-none-match': feed.headers.get('etag') ?? '' }
    expect((await site.get(href, { headers })).status).toBe(304)
    const { items, next } = (await site.get('/teams/base/feed.json?since=2000-01-01')).json<Feed>()
    expect(items.map(item => item.package)).toEqual(['gzip', 'tar'])
    expect((await site.get(`/teams/base/feed.json?since=${next}`)).json<Feed>().items).toEqual([])
    expect((await site.get('/teams/nobody/feed.atom')).status).toBe(404)
    expect((await site.get('/news/events?team=nobody')).status).toBe(400)
  })
})

describe('news for programs', () => {
  it('goes on from where the answer before ended', async () => {
    const site = await siteOf(justNow(0).of('one'), justNow(1).of('one').failing())
    const first = (await site.get('/recent/feed.json')).json<Feed>()
    expect(first.items).toMatchObject([
      { package: 'one', from: 'pass', to: 'failure', result: 'fail', before: { result: 'pass' } },
    ])
    const since = async (next: number | string, more = '') =>
      (await site.get(`/recent/feed.json?since=${next}${more}`)).json<Feed>()
    expect(await since(first.next)).toEqual({ items: [], next: first.next })
    for (const name of ['two', 'three']) {
      await site.record(justNow(-9).of(name).failing(), justNow(-8).of(name))
      await index(site)
    }
    const second = await since(first.next, '&limit=1')
    expect(second.items.map(one => one.package)).toEqual(['two'])
    expect((await since(second.next)).items.map(one => one.package)).toEqual(['three'])
    expect((await since('2026-01-01')).items).toHaveLength(3)
    expect((await since('2100-01-01T00:00:00Z')).items).toEqual([])
    for (const bad of ['since=yesterday', 'limit=0', 'since=1&limit=x']) {
      expect((await site.get(`/recent/feed.json?${bad}`)).status, bad).toBe(400)
    }
  })
})
