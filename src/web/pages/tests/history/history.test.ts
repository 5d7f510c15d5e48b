import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Got, type Site } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'

const PAGE = '/packages/hello/noble/amd64'

/** Run ids as nubuntu takes them from the text of the page: each once, in the order in which they appear. */
const runIdsIn = (page: Got): string[] => [...new Set(page.text.match(/\d{8}_\d{6}_[a-z0-9]+/g))]

const newestFirst = (runs: readonly Run[]): string[] =>
  runs.map(run => run.runId.slice(0, -1)).sort((a, b) => (a < b ? 1 : -1))

/** Follows a link of the pagination from page to page. */
async function follow(site: Site, from: string, rel: 'next' | 'prev'): Promise<Got[]> {
  const pages: Got[] = []
  for (let path: string | undefined = from; path !== undefined; ) {
    const page: Got = await site.get(path)
    pages.push(page)
    path = page.document.querySelector(`.pages a[rel=${rel}]`)?.getAttribute('href') ?? undefined
  }
  return pages
}

describe('the history of a test', () => {
  it('is read by nubuntu: run ids in the text, newest first, in the short and the old address', async () => {
    const runs = [aRun(), aRun(), aRun()]
    const site = await aSite(runs)
    for (const path of [PAGE, '/packages/h/hello/noble/amd64', '/packages/anything/hello/noble/amd64']) {
      expect(runIdsIn(await site.get(path))).toEqual(newestFirst(runs))
    }
  })

  it('is linked by britney and the server team with the first letter alone, also for libraries', async () => {
    const site = await aSite([aRun().of('libxml2')])
    for (const hash of ['l', 'libx']) {
      const page = await site.get(`/packages/${hash}/libxml2/noble/amd64`)
      expect(page.texts('h1')).toEqual(['libxml2 on noble amd64'])
      expect(page.texts('.runs tbody tr')).toHaveLength(1)
    }
  })

  it('reaches every run, forwards and backwards', async () => {
    const runs = Array.from({ length: 250 }, () => aRun())
    const site = await aSite(runs)
    const older = await follow(site, PAGE, 'next')
    expect(older).toHaveLength(3)
    expect(older.flatMap(page => runIdsIn(page))).toEqual(newestFirst(runs))
    const last = older.at(-1)?.document.querySelector('.pages a[rel=prev]')?.getAttribute('href') ?? ''
    const newer = await follow(site, last, 'prev')
    expect(new Set([...newer.flatMap(runIdsIn), ...runIdsIn(older[2] as Got)])).toEqual(
      new Set(newestFirst(runs)),
    )
    expect(newer.at(-1)?.document.querySelector('.pages a[rel=prev]')).toBeNull()
  })

  it('says since when it is as it is, and what it was before', async () => {
    const run = aRun()
    const site = await aSite([
      run.named('20260901_100000_00001@').of('hello', '2.9').passing(),
      run.named('20260902_100000_00002@').of('hello', '2.10').failing(),
      run.named('20260903_100000_00003@').of('hello', '2.11').tmpfailing(),
    ])
    expect((await site.get(PAGE)).texts('main p')[1]).toBe(
      'Does not pass since 2026-09-02 10:00:00 UTC (2 runs), with version 2.10; before that, pass with 2.9.',
    )
  })

  it('does not say of a test that is never run that it has passed', async () => {
    const run = aRun()
    const never = run.named('20260902_100000_00002@').denylisted()
    const alone = await aSite([never, never.named('20260903_100000_00003@')])
    expect((await alone.get(PAGE)).texts('main p')[1]).toBe('Has not passed in any of the last 2 runs.')
    const site = await aSite([run.named('20260901_100000_00001@').of('hello', '2.9').passing(), never])
    expect((await site.get(PAGE)).texts('main p')[1]).toBe(
      'Does not pass since 2026-09-02 10:00:00 UTC (1 run), with version blacklisted; before that, pass with 2.9.',
    )
  })

  it('has the newest runs as a strip of verdicts, newest first', async () => {
    const site = await aSite([aRun().passing(), aRun().failing()])
    expect((await site.get(PAGE)).texts('.strip li')).toEqual(['fail', 'pass'])
  })

  it('shows what a run was asked for: triggers, three of them open, and what is special', async () => {
    const triggers = Array.from({ length: 50 }, (_, n) => `linux-${n}/1`)
    const site = await aSite([
      aRun(),
      aRun()
        .triggeredBy(...triggers)
        .allProposed()
        .ofTestname('smoke'),
    ])
    const page = await site.get(PAGE)
    expect(page.texts('.triggers')[0]).toBe('linux-0/1linux-1/1linux-2/1')
    expect(page.texts('summary')).toEqual(['47 more'])
    expect(page.texts('.extras')).toEqual(['all-proposed, only smoke'])
    expect(page.text).toContain('linux-49/1')
  })

  it('offers a retry once for the same version and triggers, and only of what did not pass', async () => {
    const [older, newer] = [aRun().failing(), aRun().failing()]
    const site = await aSite([
      older,
      newer,
      aRun().of('hello', '3').failing(),
      aRun().of('hello', '3').passing(),
      aRun().of('hello', '4').neutral(),
      aRun().of('hello', '5').denylisted(),
    ])
    const page = await site.get(PAGE)
    const retried = [...page.document.querySelectorAll('tr')].filter(row => row.querySelector('.retry'))
    expect(retried).toHaveLength(1)
    expect(retried[0]?.outerHTML).toContain(newer.runId)
  })

  it('has what runs and waits of this test on top, and of no other', async () => {
    const site = await aSite([aRun()])
    await site.web.snapshots.running.replace({
      hello: {
        x: { noble: { amd64: [{ triggers: ['a/1'] }, 60, ''] } },
        y: { noble: { arm64: [{}, 5, ''] } },
      },
    })
    const requests = ['hello\n{"triggers": ["b/1"]}']
    const queues = { huge: { noble: { amd64: { size: 1, requests }, arm64: { size: 1, requests } } } }
    await site.web.snapshots.queued.replace({ releases: [], arches: [], queues })
    const page = await site.get(PAGE)
    expect(page.texts('tr.live td:first-child')).toEqual(['queued', 'running'])
    expect(page.texts('tr.live .triggers')).toEqual(['b/1', 'a/1'])
  })

  it('has old run ids without digits, damaged rows, and no log of what is no run id', async () => {
    const damaged = aRun().with({ version: null, triggers: null, duration: null, exitcode: null, env: null })
    const site = await aSite([
      damaged.named('20140412_101112@').with({ requester: null }),
      damaged.named('20260412_101112_abcde@').with({ version: '', exitcode: -9 }),
    ])
    const page = await site.get(PAGE)
    expect(page.status).toBe(200)
    expect(page.texts('tbody td:first-child')).toEqual(['otherfail', 'otherfail'])
    expect(page.text).toContain('/packages/hello/noble/amd64/20140412_101112@')
    expect(page.texts('time')).toContain('2014-04-12 10:11')
  })

  it('explains itself with 200 when there is nothing', async () => {
    const site = await aSite([aRun()])
    for (const path of ['/packages/nope/noble/amd64', '/packages/h/hello/noble/s390x', `${PAGE}?before=0@`]) {
      const page = await site.get(path)
      expect(page.status).toBe(200)
      expect(page.texts('.empty')).toHaveLength(1)
    }
    expect((await site.get('/packages/nope/noble/amd64')).text).toContain('no previous results')
  })

  it('says what is wrong with a place that is no run id', async () => {
    const page = await (await aSite()).get(`${PAGE}?before=yesterday`)
    expect(page.status).toBe(400)
    expect(page.text).toContain('“before” must be a run id')
  })
})
