import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../test/builders/triggers.ts'
import { aSite } from '../../../../test/web/site.ts'
import type { Run } from '../../../domain/run/run.ts'

describe('the home page', () => {
  it('has the three links to data that programs and people follow', async () => {
    const { document } = await (await aSite()).get('/')
    for (const href of ['/static/autopkgtest.db', '/queues.json', '/static/running.json']) {
      expect(document.querySelector(`a[href="${href}"]`), href).not.toBeNull()
    }
  })

  it('leads to what broke since yesterday', async () => {
    const { document } = await (await aSite([aRun()])).get('/')
    expect(document.querySelector('a[href="/regressions?max_age=1"]')?.textContent).toContain('by upload')
  })

  it('has the newest results, newest first', async () => {
    const runs = Array.from({ length: 20 }, (_, n) => aRun().of(`package-${n}`))
    const page = await (await aSite(runs)).get('/')
    expect(page.texts('.home tbody td:nth-child(2)').slice(0, 2)).toEqual(['package-19', 'package-18'])
    expect(page.texts('.home tbody tr')).toHaveLength(15)
  })

  it('counts what runs and waits exactly, by context and arch', async () => {
    const site = await aSite()
    await site.web.snapshots.running.replace({
      a: { x: { noble: { amd64: [{}, 60, ''] }, jammy: { amd64: [{}, 5000, ''] } } },
      'private-test': { x: { noble: { arm64: [{}, 90_000, 'Running private test'] } } },
    })
    await site.web.snapshots.queued.replace({
      releases: ['noble'],
      arches: ['amd64', 's390x'],
      queues: {
        ubuntu: { noble: { amd64: { size: 1234, requests: [] }, s390x: { size: 7, requests: [] } } },
      },
    })
    const page = await site.get('/')
    expect(page.texts('h2')).toContain('3 running, 1,241 queued')
    expect(page.texts('.load thead th')).toEqual(['Queue', 'amd64', 'arm64', 's390x', 'all'])
    expect(page.texts('.load tbody tr')[0]).toBe('running2103')
    expect(page.texts('.load tbody tr')[1]).toBe('ubuntu1,234071,241')
    expect(page.text).toContain('a</a></td><td>jammy amd64</td><td class="n">1h 23m 20s')
    expect(page.text, 'a private test').not.toContain('25h 00m 00s')
    expect(page.text, 'nothing runs there').toContain('<td>noble s390x</td><td class="n">7</td>')
  })

  it('says what would be here while there is nothing', async () => {
    const page = await (await aSite()).get('/')
    expect(page.status).toBe(200)
    expect(page.texts('.empty').join(' ')).toMatch(
      /No test has completed.*No worker.*queues have not been read/,
    )
  })

  it('leads whoever sees a made-up world through it, and says on every page that it is made up', async () => {
    const test = { package: 'lantern', release: 'forky', arch: 'amd64' }
    const tour = {
      ...{ upload: { source: 'libharbour', version: '4.0.0-1' }, flaky: test, stuck: 'tidewheel' },
      onOneArch: { ...test, arch: 'armhf' },
    }
    const site = await aSite([], { settings: { sampleData: true, tour } })
    const page = await site.get('/')
    expect(page.document.querySelectorAll('.tour li a')).toHaveLength(5)
    expect(page.document.querySelector('.tour a')?.getAttribute('href')).toBe('/triggers/libharbour/4.0.0-1')
    expect((await site.get('/running')).text).toContain('Sample data, made up')
    expect((await (await aSite()).get('/')).document.querySelector('.tour')).toBeNull()
  })
})

describe('what broke since yesterday', () => {
  /** Of an hour ago: what a page counts as of today. */
  const now = () => aRun().endedAt(new Date(Date.now() - 3_600_000).toISOString().slice(0, 19))
  const broken = (name: string, trigger: string): Run[] => [
    now().of(name).triggeredBy('migration-reference/0'),
    now().of(name).triggeredBy(trigger).failing(),
  ]
  const siteOf = async (...runs: readonly Run[]) => {
    const site = await aSite(runs)
    await indexTriggers(site.web)
    return site
  }

  it('comes first, by upload, the one that broke most tests first', async () => {
    const site = await siteOf(
      ...broken('one', 'dpkg/1'),
      ...broken('two', 'perl/5'),
      ...broken('three', 'perl/5'),
      now().of('fine').triggeredBy('perl/5'),
      aRun().of('old').triggeredBy('migration-reference/0'),
      aRun().of('old').triggeredBy('gcc/9').failing(),
    )
    const page = await site.get('/')
    expect(page.texts('h1')).toEqual(['Broken since yesterday'])
    expect(page.text).toContain('<strong>3 tests</strong> are regressions of 2 uploads.')
    expect(page.texts('.uploads tbody tr')).toEqual(['perl/52', 'dpkg/11'])
    const [upload, tests] = [...page.document.querySelectorAll('.uploads tbody tr:first-child a')]
    expect(upload?.getAttribute('href')).toBe('/triggers/perl/5')
    expect(tests?.getAttribute('href')).toBe('/triggers/perl/5?outcome=regression')
    const listed = await site.get('/regressions?max_age=1')
    expect(listed.text, 'the list agrees').toContain('3 failures of 2 uploads at 3 tests')
  })

  it('is grouped by the line that says why', async () => {
    const runs = [...broken('one', 'dpkg/1'), ...broken('two', 'perl/5'), ...broken('three', 'perl/5')]
    const site = await siteOf(...runs)
    await site.web.derived.indexRuns('id', '1', runs)
    for (const run of [runs[1], runs[3]] as Run[]) {
      const line = { number: 7, text: `E: no space left on ${run.package}`, kind: 'other' as const }
      await site.web.derived.saveDetails(run, { subtests: [], log: undefined }, [
        { test: '', lines: [line], signature: 'E: no space left on', rules: 1 },
      ])
    }
    const page = await site.get('/')
    expect(page.texts('.causes tbody tr')).toEqual(['failE: no space left on two22'])
    const counted = page.document.querySelector('.causes tbody td.n a')
    expect(counted?.getAttribute('href')).toMatch(/^\/failures\/[0-9a-f]{16}$/)
  })

  it('is nothing where nothing broke, and says so', async () => {
    const site = await siteOf(now().of('fine').triggeredBy('perl/5'))
    expect((await site.get('/')).texts('.empty')[0]).toBe(
      'Nothing: no test that ended since yesterday is a regression of any upload.',
    )
  })
})
