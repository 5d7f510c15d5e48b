import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../../test/builders/databases.ts'
import { aQueue, aRequest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { indexedSite } from '../../../../../test/web/indexed-site.ts'
import { aSite } from '../../../../../test/web/site.ts'

const perl = () => aRun().triggeredBy('perl/5.40-1')
const reference = () => aRun().triggeredBy('migration-reference/0')

const some = () => [
  perl().of('bad').on('noble', 's390x').failing(),
  reference().of('bad').on('noble', 's390x'),
  perl().of('bad'),
  perl().of('lost').failing(),
  perl().of('fine'),
  perl().of('old').on('jammy', 'amd64').failing(),
  reference().of('old').on('jammy', 'amd64').failing(),
]

describe('the page of a trigger', () => {
  it('has exact counts by outcome and release, each a way to its tests', async () => {
    const page = await (await indexedSite(...some())).get('/triggers/perl/5.40-1')
    expect(page.texts('h1')).toEqual(['perl/5.40-1'])
    expect(page.text).toContain('1 of 5 tests is a regression; 1 failed with no baseline to compare with.')
    expect(page.texts('table.outcomes tbody tr')).toEqual(['jammy001001', 'noble110024', 'all111025'])
    const link = page.document.querySelector('table.outcomes tbody tr:nth-child(2) td a')
    expect(link?.getAttribute('href')).toBe('/triggers/perl/5.40-1?outcome=regression&release=noble')
  })

  it('has a grid of tests by arch, trouble first, each cell with its run and what it means', async () => {
    const runs = some()
    const page = await (await indexedSite(...runs)).get('/triggers/perl/5.40-1')
    expect(page.texts('.outcome-grid thead th')).toEqual(['Package', 'Release', 'amd64', 's390x'])
    expect(page.texts('.outcome-grid tbody tr')).toEqual([
      'badnoblepassfail regression',
      'lostnoblefail no baseline',
      'oldjammyfail not a regression',
      'finenoblepass',
    ])
    const cell = page.document.querySelector('.outcome-grid tbody td:nth-of-type(3) a')
    expect(cell?.getAttribute('href')).toBe(`/packages/bad/noble/s390x/${runs[0]?.runId}`)
    expect(page.document.querySelector('form#selection')).not.toBeNull()
  })

  it.each([
    ['outcome=no+baseline', ['lost']],
    ['outcome=no-baseline', ['lost']],
    ['release=jammy', ['old']],
    ['arch=s390x', ['bad']],
    ['text=OL', ['old']],
    ['text=%25', []],
    ['outcome=&release=&arch=&text=', ['bad', 'lost', 'old', 'fine']],
  ])('is narrowed by %s', async (query, packages) => {
    const page = await (await indexedSite(...some())).get(`/triggers/perl/5.40-1?${query}`)
    expect(page.texts('.outcome-grid tbody th')).toEqual(packages)
    if (packages.length === 0) expect(page.texts('.empty')[0]).toContain('No test matches')
  })

  it('is in parts, in the same order, with filters kept', async () => {
    const runs = Array.from({ length: 120 }, (_, n) =>
      perl()
        .of(`p${String(n).padStart(3, '0')}`)
        .exiting(n % 2 ? 8 : 4),
    )
    const made = await indexedSite(...runs)
    const seen: string[] = []
    let path: string | null | undefined = '/triggers/perl/5.40-1?release=noble'
    for (let part = 0; path; part++) {
      const page = await made.get(path)
      seen.push(...page.texts('.outcome-grid tbody th'))
      path = page.document.querySelector('.pages a[rel=next]')?.getAttribute('href')
      if (path) expect(path).toContain('release=noble')
      expect(part).toBeLessThan(3)
    }
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
    expect(seen.slice(0, 60)).toEqual(seen.slice(0, 60).toSorted())
  })

  it('marks what runs or waits for it again, and nothing of a private request', async () => {
    const made = await indexedSite(...some())
    await made.web.snapshots.queued.replace(
      aQueue([
        aRequest('bad', { triggers: ['perl/5.40-1'] }),
        aRequest('lost', { triggers: ['perl/5.40-1'], 'readable-by': ['joe'] }),
        aRequest('fine', { triggers: ['perl/5.40-2'] }),
      ]),
    )
    const page = await made.get('/triggers/perl/5.40-1')
    expect(page.texts('.outcome-grid td.live')).toEqual(['pass queued no. 1'])
  })

  it('says what would be here where there is nothing, and that the index is not complete', async () => {
    const unindexed = await aSite(some())
    const page = await unindexed.get('/triggers/perl/5.40-1')
    expect(page.status).toBe(200)
    expect(page.texts('.note')[0]).toContain('This has not started yet.')
    expect((await unindexed.get('/triggers/perl/5.40-1.json')).json()).toMatchObject({
      complete: false,
      tests: [],
    })
    expect((await (await indexedSite()).get('/triggers/perl/9')).texts('.empty')[0]).toContain(
      'No test that perl/9 triggered',
    )
  })

  it('says what migration-reference/0 is, and shows no outcomes', async () => {
    const made = await indexedSite(...some())
    const page = await made.get('/triggers/migration-reference/0')
    expect(page.texts('h1')).toEqual(['migration-reference/0'])
    expect([...page.document.querySelectorAll('table')]).toEqual([])
    expect((await made.get('/triggers/migration-reference/0.json')).json()).toMatchObject({
      counts: { regression: 0, 'no baseline': 0, 'not a regression': 0, neutral: 0, pass: 0 },
      tests: [],
    })
  })

  it('refuses what is no filter, in words, and shows odd names as text', async () => {
    const made = await indexedSite(...some())
    for (const query of ['outcome=broken', 'after=x', 'after=x/y']) {
      expect((await made.get(`/triggers/perl/5.40-1?${query}`)).status, query).toBe(400)
    }
    expect((await made.get('/triggers/perl/5.40-1.json?after=x')).status).toBe(400)
    const odd = await made.get(`/triggers/%3Cscript%3Ealert(1)/%22%3E%3Cb%3E?text=%3Cscript%3E`)
    expect(odd.text).not.toMatch(/<script>alert|<b>/)
    for (const path of ['/triggers/', '/triggers/a/b/c', '/triggers/a%2Fb']) {
      expect((await made.get(path)).status, path).toBe(404)
    }
  })
})

describe('the JSON of a trigger', () => {
  it('has every test with its outcome and the run that decided, and counts over all', async () => {
    const runs = some()
    const made = await indexedSite(...runs)
    const got = (await made.get('/triggers/perl/5.40-1.json')).json<{ counts: object; tests: object[] }>()
    expect(got).toMatchObject({ trigger: 'perl/5.40-1', complete: true })
    expect(got.counts).toEqual({
      regression: 1,
      'no baseline': 1,
      'not a regression': 1,
      neutral: 0,
      pass: 2,
    })
    expect(got.tests).toHaveLength(5)
    expect(got.tests).toContainEqual({
      release: 'noble',
      arch: 's390x',
      package: 'bad',
      outcome: 'regression',
      run_id: runs[0]?.runId,
      version: '2.10-3',
      exitcode: 4,
      result: 'fail',
      retries: null,
      url: `/packages/bad/noble/s390x/${runs[0]?.runId}`,
    })
    expect((await made.get('/triggers/perl/5.40-1?format=json')).json()).toEqual(got)
  })

  it('is given in parts by limit, which counts are not, and narrowed by the page’s filters', async () => {
    const made = await indexedSite(...some())
    type Part = { tests: { package: string }[]; counts: Record<string, number>; next?: string }
    const seen: string[] = []
    for (let path: string | undefined = '/triggers/perl/5.40-1.json?limit=2'; path !== undefined; ) {
      const part: Part = (await made.get(path)).json<Part>()
      seen.push(...part.tests.map(test => test.package))
      expect(part.counts.pass).toBe(2)
      path = part.next
    }
    expect(seen).toEqual(['bad', 'bad', 'fine', 'lost', 'old'])
    const narrowed = (await made.get('/triggers/perl/5.40-1.json?outcome=regression')).json<Part>()
    expect(narrowed.tests.map(test => test.package)).toEqual(['bad'])
    expect(narrowed.counts.pass).toBe(2)
  })
})

describe('the versions of a source', () => {
  it('come newest first with their counts', async () => {
    const made = await indexedSite(
      ...some(),
      aRun().triggeredBy('perl/5.40-10'),
      aRun().triggeredBy('perl/5.40-9'),
      aRun().triggeredBy('perl/5.40~rc1-1'),
    )
    const page = await made.get('/triggers/perl')
    expect(page.texts('tbody tr')).toEqual([
      '5.40-10000011',
      '5.40-9000011',
      '5.40-1111025',
      '5.40~rc1-1000011',
    ])
    const got = (await made.get('/triggers/perl.json')).json<{ versions: object[] }>()
    expect(got.versions[2]).toEqual({
      version: '5.40-1',
      trigger: 'perl/5.40-1',
      counts: { regression: 1, 'no baseline': 1, 'not a regression': 1, neutral: 0, pass: 2 },
      url: '/triggers/perl/5.40-1',
    })
    expect((await made.get('/triggers/nobody')).texts('.empty')[0]).toContain('No test that was triggered')
  })

  it('keep an ending .json where it is a part of the name', async () => {
    const made = await indexedSite(aRun().triggeredBy('node-package.json/1.json'))
    expect((await made.get('/triggers/node-package.json')).texts('h1')).toEqual([
      'What node-package.json triggered',
    ])
    expect((await made.get('/triggers/node-package.json/1.json')).texts('h1')).toEqual([
      'node-package.json/1.json',
    ])
    expect((await made.get('/triggers/node-package.json/1.json.json')).json()).toMatchObject({
      trigger: 'node-package.json/1.json',
    })
  })
})

describe('ways to a trigger', () => {
  it('lead from wherever one is shown', async () => {
    const run = perl()
    const made = await indexedSite(run)
    const to = '/triggers/perl/5.40-1'
    const test = '/packages/hello/noble/amd64'
    for (const path of ['/', '/recent', test, `${test}/${run.runId}`]) {
      expect((await made.get(path)).document.querySelector(`a[href="${to}"]`), path).not.toBeNull()
    }
  })

  it('lead from its package and from the search', async () => {
    const made = await indexedSite(aRun().of('perl'), ...some(), perl().triggeredBy('perl-only-trigger/1'))
    const page = await made.get('/packages/perl')
    expect(page.texts('.triggered li')).toEqual([
      '5.40-1: 1 regression 1 no baseline 1 not a regression 2 pass',
    ])
    expect((await made.get('/search?q=perl/5.40-1')).headers.get('location')).toBe('/triggers/perl/5.40-1')
    expect((await made.get('/search?q=only-trig')).texts('section .names li')).toEqual(['perl-only-trigger'])
  })
})

describe('what britney says of an upload', () => {
  const EXCUSES = `sources:
- excuses:
  - ∙ ∙ Too young, only 2 of 5 days old
  - '∙ ∙ <a href="javascript:alert(1)">missing build</a> on <script>riscv64</script>'
  migration-policy-verdict: REJECTED_TEMPORARILY
  new-version: 5.40-1
  policy_info:
    autopkgtest:
      bad/2:
        s390x:
        - IGNORE-FAIL
        - https://x.example/packages/b/bad/noble/s390x
  source: perl
`
  const withExcuses = async (text: string | undefined) => {
    const excuses = join(temporaryFolder(), 'update_excuses.yaml')
    if (text !== undefined) writeFileSync(excuses, text)
    const made = await aSite(some(), { documents: { excuses } })
    await indexTriggers(made.web)
    return made
  }

  it('stands on its page in words alone, and is told to programs', async () => {
    const made = await withExcuses(EXCUSES)
    const page = await made.get('/triggers/perl/5.40-1')
    expect(page.texts('.excuse summary')).toEqual(['What britney says: REJECTED_TEMPORARILY'])
    expect(page.texts('.excuse li')).toEqual([
      '∙ ∙ Too young, only 2 of 5 days old',
      '∙ ∙ missing build on riscv64',
    ])
    expect(page.text).not.toContain('javascript:')
    expect(page.texts('.outcome-grid tbody tr')[0]).toContain('regressionIGNORE-FAIL')
    expect((await made.get('/triggers/perl/5.40-1.json')).json()).toMatchObject({
      excuse: {
        verdict: 'REJECTED_TEMPORARILY',
        lines: [expect.stringContaining('Too young'), expect.anything()],
      },
    })
    expect((await made.get('/triggers/perl/5.39-1')).texts('.excuse')).toEqual([])
  })

  it('is left out where it cannot be read', async () => {
    for (const text of [undefined, '<html>', '[[[[']) {
      const page = await (await withExcuses(text)).get('/triggers/perl/5.40-1')
      expect([page.status, page.texts('.excuse')]).toEqual([200, []])
    }
  })
})
