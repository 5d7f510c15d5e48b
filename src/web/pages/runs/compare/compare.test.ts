import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aFailure } from '../../../../../test/builders/failures.ts'
import type { RunBuilder } from '../../../../../test/builders/run.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { storeRun, tarOf } from '../../../../../test/builders/stored-run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { distributionContainer, runDirectory } from '../../../../domain/run/container.ts'
import { parseSummary } from '../../../../domain/run/subtest.ts'
import { links } from '../../../links.ts'

interface Left {
  readonly packages?: string | null
  readonly installed?: Readonly<Record<string, string>>
  readonly summary?: string
  /** What the test `unit` printed. */
  readonly prints?: string
}

const OWN = 'autopkgtest [10:11:12]: '

/** Puts what a run left into the store, and what is derived from it. */
async function leave({ web }: Site, run: RunBuilder, left: Left): Promise<void> {
  const summary =
    left.summary ?? `unit                 ${run.exitcode === 0 ? 'PASS' : 'FAIL non-zero exit status 1'}\n`
  const log = [
    `${OWN}test unit: preparing testbed`,
    `${OWN}test unit: [-----------------------`,
    left.prints ?? 'nothing',
    `${OWN}test unit: -----------------------]`,
    `${OWN}test unit:  - - - - - - - - - - results - - - - - - - - - -`,
    summary,
  ].join('\n')
  await storeRun(web.store, run, {
    log: gzipSync(log),
    members: { summary, 'testbed-packages': left.packages ?? null },
  })
  if (left.installed !== undefined) {
    const lists = Object.entries(left.installed).map(([test, list]) => [`${test}-packages`, list])
    const archive = gzipSync(await tarOf({ 'testbed-packages': 'odd\t1\n', ...Object.fromEntries(lists) }))
    await web.store.put(distributionContainer(run.release), `${runDirectory(run)}/artifacts.tar.gz`, archive)
  }
  await web.derived.saveDetails(run, { subtests: parseSummary(summary), log: undefined })
}

async function aPair(earlier: Left, later: Left) {
  const from = aRun()
  const to = aRun().failing().triggeredBy('glibc/2.40-2')
  const site = await aSite([from, to])
  await leave(site, from, earlier)
  await leave(site, to, later)
  return { site, from, to, compare: () => site.get(links.comparison(from, to)) }
}

describe('the comparison of two runs', () => {
  it('says what differs of the runs, and what is as it was', async () => {
    const { compare } = await aPair({}, {})
    const page = await compare()
    expect(page.status).toBe(200)
    expect(page.texts('h1')).toEqual(['Two runs of hello on noble amd64 compared'])
    expect(page.texts('tr.differs th')).toEqual(['Result (differs)', 'Triggers (differs)'])
    expect(page.texts('.sides tr:nth-child(2) td')).toEqual(['2.10-3', '2.10-3'])
  })

  it('has the first failure line of each, which leads to its place', async () => {
    const { site, to, compare } = await aPair({}, {})
    expect((await compare()).text).not.toContain('First failure')
    await site.web.derived.indexRuns('id', '1', [to])
    await site.web.derived.saveDetails(to, { subtests: [], log: undefined }, [
      aFailure('No space left on device'),
    ])
    const page = await compare()
    const row = [...page.document.querySelectorAll('.sides tr')].find(one =>
      one.textContent.includes('First failure'),
    )
    expect(row?.textContent).toMatch(/\(differs\)none known\d+ No space left on device$/)
    expect(row?.querySelector('a')?.getAttribute('href')).toMatch(/\/log#L\d+$/)
    const json = (await site.get(`${links.comparison(to, to)}&format=json`)).json()
    expect(json).toMatchObject({ to: { first_failure: { text: 'No space left on device' } } })
  })

  it('has subtests by what became of them', async () => {
    const { compare } = await aPair(
      { summary: 'a PASS\nb FAIL x\nc FAIL x\nd PASS\ne PASS\n' },
      { summary: 'a FAIL stderr: <oh>\nb PASS\nc FAIL y\ne PASS\nf PASS\n' },
    )
    const page = await compare()
    expect(page.texts('section:nth-of-type(1) p')[0]).toBe(
      '1 newly failing, 1 still failing, 1 mended, 1 gone, 1 appeared; 1 unchanged',
    )
    expect(page.texts('section:nth-of-type(1) tbody tr')[0]).toBe('anewly failingPASSFAIL stderr: <oh>')
  })

  it('has packages by Debian’s order of versions, those of the triggers first', async () => {
    const { compare } = await aPair(
      { packages: 'adduser\t3.9\nlibc6\t2.40-1\nold\t1\nsame\t1\n' },
      { packages: 'adduser\t3.10\nlibc6\t2.40-2\nnew\t1\nsame\t1\n' },
    )
    const page = await compare()
    expect(page.texts('#testbed p')[0]).toBe(
      '4 packages changed: 2 upgraded, 1 added, 1 removed; 1 came in the version of a trigger',
    )
    expect(page.texts('#testbed tbody tr')).toEqual([
      'libc6upgraded2.40-12.40-2glibc/2.40-2',
      'adduserupgraded3.93.10',
      'newaddedabsent1',
      'oldremoved1absent',
    ])
  })

  it('has what tests installed, and tests that installed the same once', async () => {
    const { compare } = await aPair(
      {
        packages: 'moved\t1\n',
        installed: { one: 'libx\t1\n', two: 'libx\t1\n', three: 'y\t1\n', gone: 'z\t1\n' },
      },
      {
        packages: '',
        installed: { one: 'libx\t2\nmoved\t1\n', two: 'libx\t2\nmoved\t1\n', three: 'y\t1\n' },
      },
    )
    const page = await compare()
    expect(page.texts('#installed h3')).toEqual(['one, two'])
    expect(page.texts('#installed tbody tr')).toEqual(['libxupgraded12'])
  })

  it('has the lines that only the failed run printed, each a link to its place', async () => {
    const { compare, to } = await aPair(
      { prints: 'begin 1\nend' },
      { prints: 'begin 2\nassertion <failed>\nend' },
    )
    const page = await compare()
    expect(page.texts('#lines pre')).toEqual(['4 assertion <failed>'])
    expect(page.document.querySelector('#lines pre a')?.getAttribute('href')).toBe(`${links.log(to)}#L4`)
  })

  it('has the lines of the failed run whichever stands first', async () => {
    const { site, from, to } = await aPair({ prints: 'fine' }, { prints: 'broken' })
    const page = await site.get(links.comparison(to, from))
    expect(page.texts('#lines pre')).toEqual(['3 broken'])
  })

  it('compares with runs of other releases and architectures', async () => {
    const [here, there] = [aRun().failing(), aRun().on('jammy', 's390x')]
    const site = await aSite([here, there])
    const address = links.comparison(there, here)
    expect(address).toContain(`from=jammy%2Fs390x%2F${encodeURIComponent(there.runId)}`)
    const page = await site.get(address)
    expect(page.texts('h1')).toEqual(['Two runs of hello compared'])
    expect(page.texts('.sides tr:nth-child(2) td')).toEqual(['jammy s390x', 'noble amd64'])
  })

  it('without a choice it is the newest run and the last pass before it', async () => {
    const runs = [aRun().of('x'), aRun().of('x'), aRun().of('x').failing(), aRun().of('x').failing()] as const
    const site = await aSite(runs)
    const page = await site.get('/packages/x/noble/amd64/compare')
    const hrefs = [...page.document.querySelectorAll('.sides tr:first-child td > a.v')].map(a =>
      a.getAttribute('href'),
    )
    expect(hrefs).toEqual([links.run(runs[1]), links.run(runs[3])])
  })

  it.each([
    ['?from=nonsense', 400],
    ['?from=noble/amd64', 400],
    ['?to=a/b/c/20260901_100100_00001@', 400],
    ['?to=20200101_000000_00000@', 404],
    ['?from=sid/hppa/20200101_000000_00000@', 404],
    ['', 404],
  ])('says what is wrong with %s', async (query, status) => {
    const run = aRun().of('lonely')
    const site = await aSite([run])
    expect((await site.get(`/packages/lonely/noble/amd64/compare${query}`)).status).toBe(status)
    expect((await site.get(`/packages/nobody/noble/amd64/compare`)).status).toBe(404)
  })

  it('says what is not known, and why', async () => {
    const [from, to] = [aRun(), aRun().failing()]
    const site = await aSite([from, to])
    const away = await site.get(links.comparison(from, to))
    expect(away.texts('.notice')).toHaveLength(3)
    await site.web.store.createContainer(distributionContainer('noble'), 'public')
    const page = await site.get(links.comparison(from, to))
    expect(page.texts('.empty')).toEqual([
      'The results of the single tests are not recorded of these runs.',
      'No data: the earlier run left no result.tar that can be read, and the later run left no result.tar that can be read.',
      'No test of both runs recorded what it installed.',
      'The second run has no log that can be read.',
    ])
  })

  it('leads back to the test where there is nothing earlier', async () => {
    const only = aRun().failing()
    const site = await aSite([only])
    const address = `/packages/hello/noble/amd64/compare?to=${only.runId}`
    const page = await site.get(address)
    expect(page.status).toBe(404)
    for (const href of [links.run(only), links.test(only)])
      expect(page.document.querySelector(`main a[href="${href}"]`), href).not.toBeNull()
    const asJson = await site.get(`${address}&format=json`)
    expect(asJson.status).toBe(404)
    expect(asJson.headers.get('content-type')).toBe('application/problem+json')
  })

  it('is there for programs, and as a line for the page of the run', async () => {
    const { site, from, to } = await aPair(
      { packages: 'libc6\t2.40-1\n', prints: 'x', installed: { unit: 'a\t1\n' } },
      { packages: 'libc6\t2.40-2\n', prints: 'y', installed: { unit: 'a\t2\n' } },
    )
    const found = (await site.get(links.comparisonJson(from, to))).json()
    expect(found).toMatchObject({
      from: { run_id: from.runId, verdict: 'pass' },
      to: { run_id: to.runId, verdict: 'fail', triggers: ['glibc/2.40-2'] },
      subtests: {
        state: 'known',
        changes: [{ name: 'unit', what: 'newly-failing', to: { result: 'FAIL' } }],
      },
      testbed: { state: 'known', changed: 1, of_triggers: 1, changes: [{ name: 'libc6', what: 'upgraded' }] },
      installed: { compared: 1, tests: [{ tests: ['unit'], changed: 1 }] },
      novel_lines: { state: 'known', of: 'to', tests: [{ name: 'unit', lines: [{ number: 3, text: 'y' }] }] },
    })
    expect((await site.get(`${links.comparison(from, to)}&format=json`)).json()).toEqual(found)
    const brief = await site.get(links.comparison(from, to, { brief: 1 }))
    expect(brief.texts('[data-included]')).toEqual([
      '1 package of the testbed changed since the last pass; 1 of them is built from the triggers.',
    ])
  })

  it('shows as much as a page can hold of a testbed beyond reason, and counts all', async () => {
    const list = (length: number, version: number) =>
      Array.from({ length }, (_, n) => `package-${n}\t1.${version}-1\n`).join('')
    const { compare } = await aPair({ packages: list(30_000, 1) }, { packages: list(30_000, 2) })
    const page = await compare()
    expect(page.texts('#testbed p')[0]).toBe('30,000 packages changed: 30,000 upgraded')
    expect(page.texts('#testbed .note')).toEqual(['These are the first 500.'])
    expect(page.text.length).toBeLessThan(300_000)

    const cut = await aPair({ packages: list(10, 1) }, { packages: list(100_000, 2) })
    expect((await cut.compare()).texts('#testbed .empty')).toEqual([
      'No data: the later run has a list that is too long.',
    ])
  })
})
