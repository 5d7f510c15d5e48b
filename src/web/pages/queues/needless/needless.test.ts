import { describe, expect, it } from 'vitest'
import { aQueue, aRequest } from '../../../../../test/builders/live.ts'
import { aSite } from '../../../../../test/web/site.ts'

const BODIES = [
  aRequest('a', { triggers: ['glibc/2.38-1'] }),
  aRequest('b', { triggers: ['glibc/2.39-1'], requester: 'joe' }),
  aRequest('b', { triggers: ['glibc/2.39-1'], requester: 'jane' }),
  aRequest('c', { triggers: ['glibc/2.38-1'], ppas: ['o/p'] }),
  aRequest('d', { triggers: ['glibc/2.38-1', 'new/1'] }),
  'private job',
  'private job',
]

async function aBusySite() {
  const site = await aSite([], { settings: { admins: ['joe'] } })
  await site.web.results
    .currentVersions()
    .refresh('http://archive.example/ubuntu/dists/noble/main/source/Sources.gz', 'now', [
      { release: 'noble', pocket: 'noble', component: 'main', package: 'glibc', version: '2.39-1' },
    ])
  await site.web.snapshots.queued.replace(aQueue(BODIES))
  return site
}

describe('needless requests', () => {
  it('are those of which all triggers are old, and those that repeat one before them; none that is private', async () => {
    const site = await aBusySite()
    const page = await site.get('/running/needless')
    expect(page.texts('h1')).toEqual(['2 needless requests'])
    const rows = page.texts('tbody tr')
    expect(rows[0]).toContain('aolder than the version in the archive')
    expect(rows[1]).toContain('brepeats an earlier request')
    expect(rows).toHaveLength(2)
    const heads = ['Package', 'Why', 'Queue', 'Place', 'Triggers', 'Requested', 'Links']
    expect(page.texts('thead th')).toEqual(heads)
    const cells = [...page.document.querySelectorAll('tbody tr:first-child td')]
    expect(cells.map(cell => cell.getAttribute('data-head') ?? 'Links')).toEqual(heads)
    const hrefs = [...page.document.querySelectorAll('td.links a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([
      '/queues/ubuntu/noble/amd64/remove?obsolete=1',
      '/queues/ubuntu/noble/amd64/remove?duplicates=1',
    ])
  })

  it('are counted on /running, once that is done', async () => {
    const site = await aBusySite()
    expect((await site.get('/running')).texts('#needless')).toEqual([])
    await site.get('/running/needless')
    await site.web.snapshots.running.replace({ x: {} })
    expect((await site.get('/running')).texts('#needless')[0]).toContain('2 waiting requests are needless')
  })

  it('are none where nothing waits', async () => {
    const site = await aSite()
    expect((await site.get('/running/needless')).texts('.empty')).toHaveLength(1)
  })
})
