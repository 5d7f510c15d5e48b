import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../../test/builders/databases.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site, type SiteOptions } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { indexMoreRuns } from '../../../../operations/index/index-runs.ts'

async function siteOf(runs: readonly Run[], options: SiteOptions = {}): Promise<Site> {
  const site = await aSite(runs, options)
  while (await indexMoreRuns(site.web));
  return site
}
const on = (day: string) => aRun().endedAt(`${day}T12:00:00`)
const BROKE = [on('2026-03-01').of('broke'), on('2026-03-05').of('broke').failing()] as const
const MENDED = [on('2026-03-01').of('mended').failing(), on('2026-03-05').of('mended')]
const FAILS = [on('2026-03-01').of('fails').on('noble', 's390x').failing()]
const RUNS = [...BROKE, ...MENDED, ...FAILS, on('2026-03-05').of('fresh')]
const BETWEEN = 'release=noble&from=2026-03-02&to=2026-03-06'

const rows = async (site: Site, query: string) =>
  (await site.get(`/changes?${query}`)).texts('[data-row] td:first-child')
interface Told {
  counts: Record<string, number>
  tests: { package: string; change: string; from: { run_id: string } | null }[]
  next?: string
}
const told = async (site: Site, query: string) => (await site.get(`/changes.json?${query}`)).json<Told>()
const brief = ({ tests }: Told) => tests.map(one => `${one.package} ${one.change}`)

function file(content: string): string {
  const path = join(temporaryFolder(), 'list')
  writeFileSync(path, content)
  return path
}

describe('changes between two moments', () => {
  it('have a tab for all that can become of a test, with its number, and the runs of both times', async () => {
    const site = await siteOf(RUNS)
    const page = await site.get(`/changes?${BETWEEN}`)
    expect(page.texts('.tabs a')).toEqual([
      ...['Newly failing 1', 'Fixed 1', 'Still failing 1', 'Appeared 1', 'Gone 0', 'All 4'],
    ])
    expect(page.texts('.tabs [aria-current]')).toEqual(['Newly failing 1'])
    expect(page.texts('[data-row] td')).toEqual([
      ...[
        'broke',
        'amd64',
        'newly failing',
        'pass',
        '2026-03-01 12:00',
        'fail',
        '2026-03-05 12:00',
        'compare',
      ],
    ])
    const tab = [...page.document.querySelectorAll('.tabs a')][5]?.getAttribute('href') ?? ''
    expect((await site.get(tab)).texts('[data-row] td:first-child')).toEqual([
      'broke',
      'fails',
      'fresh',
      'mended',
    ])
    expect((await site.get(`/changes?${BETWEEN}&show=gone`)).texts('.empty')).toEqual([
      'No test has lost its result.',
    ])
  })

  it('are told for programs, as JSON and as a table', async () => {
    const site = await siteOf(RUNS)
    expect(await told(site, `${BETWEEN}&show=newly-failing`)).toEqual({
      complete: true,
      from: { release: 'noble', at: '2026-03-02 00:00:00 UTC' },
      to: { release: 'noble', at: '2026-03-06 00:00:00 UTC' },
      counts: { 'newly failing': 1, mended: 1, 'still failing': 1, appeared: 1, gone: 0 },
      tests: [
        {
          ...{ change: 'newly failing', package: 'broke', arch: 'amd64' },
          from: {
            ...{ release: 'noble', run_id: BROKE[0].runId, result: 'pass' },
            url: `/packages/broke/noble/amd64/${BROKE[0].runId}`,
          },
          to: {
            ...{ release: 'noble', run_id: BROKE[1].runId, result: 'fail' },
            url: `/packages/broke/noble/amd64/${BROKE[1].runId}`,
          },
        },
      ],
    })
    const csv = await site.get(`/changes.csv?${BETWEEN}&show=appeared`)
    expect(csv.text.split('\r\n')).toEqual([
      'change,package,arch,from_release,from_run_id,from_result,to_release,to_run_id,to_result',
      `appeared,fresh,amd64,,,,noble,${RUNS[5]?.runId},pass`,
      '',
    ])
    const first = await told(site, `${BETWEEN}&limit=3`)
    expect(first.tests).toHaveLength(3)
    expect(brief((await site.get(first.next ?? '')).json())).toEqual(['mended mended'])
    const cut = await site.get(`/changes.csv?${BETWEEN}&limit=3`)
    expect(cut.headers.get('link')).toMatch(/^<\/changes\.csv\?.*offset=3>; rel="next"$/)
  })

  it('begin at the first moment of a day, and count a run that is named', async () => {
    const midnight = aRun().of('edge').endedAt('2026-03-02T00:00:00').failing()
    const before = aRun().of('edge').endedAt('2026-03-01T23:59:59')
    const late = aRun().of('edge').endedAt('2026-03-02T00:00:01')
    const site = await siteOf([before, midnight, late])
    const counts = async (from: string, to: string) => {
      const query = new URLSearchParams({ release: 'noble', from, to })
      return (await told(site, `${query}`)).counts
    }
    expect(await counts('2026-03-02', '2026-03-03')).toMatchObject({ mended: 1 })
    expect(await counts(before.runId, midnight.runId)).toMatchObject({ 'newly failing': 1 })
    expect(await counts(midnight.runId, late.runId)).toMatchObject({ mended: 1 })
    expect(await counts('2026-03-01', '')).toMatchObject({ appeared: 1 })
  })

  it('are told between two releases as they are now', async () => {
    const site = await siteOf([
      ...BROKE,
      aRun().of('broke').on('jammy', 'amd64'),
      aRun().of('old').on('jammy', 'amd64'),
    ])
    for (const query of [
      'from=jammy&to=noble',
      'release=noble&from=jammy',
      'release=jammy&from=jammy&to=noble',
    ]) {
      const found = await told(site, query)
      if (query === 'release=noble&from=jammy' || query.includes('to=noble'))
        expect(brief(found), query).toEqual(['broke newly failing', 'old gone'])
    }
    const page = await site.get('/changes?from=jammy&to=noble&show=gone')
    expect(page.texts('h1')).toEqual(['Changes in noble'])
    expect(page.texts('[data-row] td:first-child')).toEqual(['old'])
  })

  it('are narrowed by architecture, by team, by a list, and by packages, all of them', async () => {
    const teams = file(
      JSON.stringify({ foundations: ['broke', 'fails', 'NOT A PACKAGE'], desktop: ['mended'] }),
    )
    const site = await siteOf(RUNS, {
      documents: { teams, packageLists: new Map([['main', file('# seeds\nbroke mended\n')]]) },
    })
    const found = async (query: string) => brief(await told(site, `${BETWEEN}&${query}`))
    expect(await found('arch=s390x+riscv64')).toEqual(['fails still failing'])
    expect(await found('team=foundations')).toEqual(['broke newly failing', 'fails still failing'])
    expect(await found('list=main')).toEqual(['broke newly failing', 'mended mended'])
    expect(await found('list=main&team=foundations')).toEqual(['broke newly failing'])
    expect(await found('packages=mended,fresh')).toEqual(['fresh appeared', 'mended mended'])
    expect(await rows(site, `${BETWEEN}&packages=hello`)).toEqual([])
    const page = await site.get(`/changes?${BETWEEN}`)
    expect(page.texts('select[name=team] option')).toEqual(['any', 'desktop', 'foundations'])
    expect(page.texts('select[name=list] option')).toEqual(['any', 'main'])
  })

  it('are refused in words where what is asked is nothing', async () => {
    const site = await siteOf(RUNS)
    for (const query of [
      ...['from=yesterday', 'from=2026-02-30', 'to=20261302_101112_abcde@', 'from=trusty', 'show=broken'],
      ...['release=No-Such', 'packages=a/b', 'team=nobody', 'list=nothing'],
    ]) {
      for (const address of ['/changes', '/changes.json', '/changes.csv'])
        expect((await site.get(`${address}?${query}`)).status, `${address}?${query}`).toBe(400)
    }
    expect((await site.get('/changes')).status).toBe(200)
    expect((await site.get('/changes?release=trusty&from=2020-01-01')).texts('.empty')).toHaveLength(1)
  })

  it('say that a list cannot be read, and not that nothing has changed', async () => {
    const site = await siteOf(RUNS, { documents: { teams: '/nonexistent/teams.json' } })
    const page = await site.get(`/changes?${BETWEEN}&team=foundations`)
    expect(page.status).toBe(503)
    expect((await site.get(`/changes?${BETWEEN}`)).status).toBe(200)
  })
})

describe('packages that are pasted', () => {
  const post = (site: Site, packages: string, address = '/changes/packages') =>
    site.get(address, {
      method: 'POST',
      body: new URLSearchParams({ release: 'noble', from: '2026-03-02', to: '2026-03-06', packages }),
    })

  it('go into the address where they are few', async () => {
    const site = await siteOf(RUNS)
    const form = await site.get(`/changes/packages?${BETWEEN}`)
    expect(form.document.querySelector('input[name=from]')?.getAttribute('value')).toBe('2026-03-02')
    const answer = await post(site, 'broke\n# mine\nmended\n')
    expect(answer.status).toBe(303)
    const led = answer.headers.get('location') ?? ''
    expect((await site.get(led)).texts('.tabs a').slice(0, 3)).toEqual([
      ...['Newly failing 1', 'Fixed 1', 'Still failing 0'],
    ])
  })

  it('may be five thousand, and are posted again by what leads on', async () => {
    const site = await siteOf(RUNS)
    const many = Array.from({ length: 4_998 }, (_, n) => `package-${n}`)
    const page = await post(site, [...many, 'mended', 'fails'].join('\n'))
    expect(page.status).toBe(200)
    expect(page.texts('.tabs button').slice(0, 3)).toEqual(['Newly failing 0', 'Fixed 1', 'Still failing 1'])
    const button = [...page.document.querySelectorAll('.tabs button')][1]
    const field = page.document.querySelector('form[method=post] input[name=packages]')
    const again = await post(
      site,
      field?.getAttribute('value') ?? '',
      button?.getAttribute('formaction') ?? '',
    )
    expect(again.texts('[data-row] td:first-child')).toEqual(['mended'])
    const refused = await post(site, [...many, 'a1', 'b1', 'c1'].join('\n'))
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('more than 5,000')
  })
})
