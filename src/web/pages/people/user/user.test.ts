import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'

async function aSiteOfJoe() {
  const site = await aSite([aRun().of('done').by('joe'), aRun().of('other').by('ann')])
  await site.web.snapshots.running.replace(aRunningTest('now', { requester: 'joe' }))
  await site.web.snapshots.queued.replace(
    aQueue([aRequest('first'), aRequest('later', { requester: 'joe' })]),
  )
  return site
}

describe('the page of a user', () => {
  it('shows what they asked for: running, waiting with its place, done', async () => {
    const site = await aSiteOfJoe()
    const page = await site.get('/user/joe/')
    expect(page.texts('h2')).toEqual(['1 test running', '1 request waiting', 'Results'])
    expect(page.texts('[data-head="Package"], .runs td:nth-child(2)')).toEqual(['now', 'later', 'done'])
    expect(page.texts('[data-head="Place"]')).toEqual(['2'])
  })

  it.each([
    ['only-results=true', ['done']],
    ['only-results=TRUE&show-results=false', ['done']],
    ['show-running=false', ['later', 'done']],
    ['show-queued=False&show-results=false', ['now']],
    ['show-running=0&show-queued=no&show-results=', ['now', 'later', 'done']],
  ])('shows by %s just that', async (query, packages) => {
    const site = await aSiteOfJoe()
    expect(
      (await site.get(`/user/joe/?${query}`)).texts('[data-head="Package"], .runs td:nth-child(2)'),
    ).toEqual(packages)
  })

  it('does not name them again in each of their runs', async () => {
    const site = await aSite([aRun().of('done').by('joe').failing()])
    const page = await site.get('/user/joe/')
    expect(page.texts('.runs th')).not.toContain('Requester')
    expect(page.texts('.runs [data-head="Requester"]')).toEqual([])
    const [heads, cells] = [page.texts('.runs th'), page.texts('.runs tr[data-row] td')]
    expect(cells).toHaveLength(heads.length)
  })

  it('is 200 for somebody nobody knows, and says so', async () => {
    const page = await (await aSite()).get('/user/nobody/')
    expect(page.status).toBe(200)
    expect(page.texts('.empty')[0]).toContain('nobody')
  })

  it('keeps its parameters in the ways to older results', async () => {
    const site = await aSite([aRun().by('joe'), aRun().by('joe'), aRun().by('joe')])
    const page = await site.get('/user/joe/?limit=1&offset=1&only-results=true')
    const hrefs = [...page.document.querySelectorAll('.pages a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([
      '/user/joe/?limit=1&only-results=true',
      '/user/joe/?limit=1&only-results=true',
      '/user/joe/?limit=1&only-results=true&offset=2',
    ])
  })

  it('shows a name full of markup as text', async () => {
    const page = await (await aSite()).get('/user/%3Cscript%3Ealert(1)%3C%2Fscript%3E/')
    expect(page.text).not.toContain('<script>alert')
  })
})

describe('the PPAs of a user', () => {
  it('are listed by the containers that have results', async () => {
    const site = await aSite()
    await site.web.snapshots.ppaContainers.replace([
      'autopkgtest-noble-joe-tools',
      'autopkgtest-jammy-joe-tools',
      'autopkgtest-noble-ann-x',
    ])
    const page = await site.get('/user/joe/ppa')
    expect(page.texts('main li')).toEqual(['tools noble, jammy'])
    expect((await site.get('/user/joe/ppa/')).status).toBe(404)
  })
})
