import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../../test/builders/details.ts'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexedSite } from '../../../../../test/web/indexed-site.ts'

const perl = () => aRun().triggeredBy('perl/5.40-1')

describe('the tests of a trigger that are looked for', () => {
  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')} 10:00:00`
  const early = perl().of('early').endedAt(at(1)).failing()
  const missing = perl().of('missing').on('noble', 's390x').endedAt(at(3)).failing()
  const missingToo = perl().of('missing').on('noble', 'amd64').endedAt(at(4)).failing()
  const late = perl().of('late').endedAt(at(5)).failing()
  const passed = perl().of('passed').endedAt(at(6)).lasting(7200)
  const baseline = aRun().of('late').endedAt(at(1)).triggeredBy('migration-reference/0')

  async function failing() {
    const runs = [early, missing, missingToo, late, passed, baseline]
    const made = await indexedSite(...runs)
    await made.web.derived.indexRuns('id', '1', runs)
    const says = (run: typeof late, text: string) =>
      made.web.derived.saveDetails(run, someDetails(), [aFailure(text)])
    await says(missing, 'E: Unable to locate package libfoo1')
    await says(missingToo, 'AssertionError: 3 != 4')
    await says(late, 'E: Unable to locate package libbar2')
    return made
  }

  it.each<[string, string[], string[]]>([
    ['failure=unable+TO+locate', ['late', 'missing'], ['late amd64', 'missing s390x']],
    ['failure=lib[a-z]%2B1$&pattern=1', ['missing'], ['missing s390x']],
    ['failure=lib[a-z]%2B1$', [], []],
    ['failure=locate&outcome=regression', ['late'], ['late amd64']],
    ['failure=locate&arch=s390x', ['missing'], ['missing s390x']],
    ['failure=locate&text=iss', ['missing'], ['missing s390x']],
    ['failure=locate&since=20261104', ['late'], ['late amd64']],
    ['since=20261104', ['late', 'missing', 'passed'], ['late amd64', 'missing amd64', 'passed amd64']],
    ['since=20261104_100001', ['late', 'passed'], ['late amd64', 'passed amd64']],
    ['since=20261201', [], []],
  ])('by %s: the same on the page and as JSON', async (query, packages, tests) => {
    const made = await failing()
    const page = await made.get(`/triggers/perl/5.40-1?${query}`)
    expect(page.texts('.outcome-grid tbody th')).toEqual(packages)
    const bright = [...page.document.querySelectorAll('.outcome-grid td.cell')].filter(
      cell => cell.getAttribute('title') && !cell.getAttribute('class')?.includes('faint'),
    )
    expect(bright).toHaveLength(tests.length)
    const { tests: told, counts } = (await made.get(`/triggers/perl/5.40-1.json?${query}`)).json<{
      tests: { package: string; arch: string }[]
      counts: Record<string, number>
    }>()
    expect(told.map(one => `${one.package} ${one.arch}`).sort()).toEqual(tests)
    expect(counts).toMatchObject({ pass: 1, regression: 1, 'no baseline': 3 })
  })

  it('come in parts where they fail in one way, too', async () => {
    const runs = Array.from({ length: 60 }, (_, n) =>
      perl()
        .of(`p${String(n).padStart(2, '0')}`)
        .failing(),
    )
    const made = await indexedSite(...runs)
    await made.web.derived.indexRuns('id', '1', runs)
    for (const run of runs)
      await made.web.derived.saveDetails(run, someDetails(), [aFailure('out of memory')])
    const first = await made.get('/triggers/perl/5.40-1?failure=memory')
    expect(first.texts('.outcome-grid tbody th')).toHaveLength(50)
    const next = first.document.querySelector('.pages a[rel=next]')?.getAttribute('href') ?? ''
    expect(next).toContain('failure=memory')
    expect((await made.get(next)).texts('.outcome-grid tbody th')).toHaveLength(10)
  })

  it('are asked for since the last visit by script alone, and never by what is no moment', async () => {
    const made = await failing()
    const page = await made.get('/triggers/perl/5.40-1')
    const offer = page.document.querySelector('[data-visit]')
    expect([offer?.getAttribute('hidden'), offer?.querySelector('a')?.getAttribute('href')]).toEqual([
      '',
      '/triggers/perl/5.40-1',
    ])
    const since = await made.get('/triggers/perl/5.40-1?since=20261104_100000&arch=amd64')
    expect(since.texts('.note')).toEqual([
      'Only outcomes decided by runs since 2026-11-04 10:00:00 UTC. Show all',
    ])
    expect(since.document.querySelector('.note a')?.getAttribute('href')).toBe(
      '/triggers/perl/5.40-1?arch=amd64',
    )
    for (const query of ['since=yesterday', 'since=2026-11-04', 'failure=(a&pattern=1'])
      expect((await made.get(`/triggers/perl/5.40-1?${query}`)).status, query).toBe(400)
  })

  it('took so much machine time', async () => {
    expect((await (await failing()).get('/triggers/perl/5.40-1')).text).toMatch(
      /All of its \d+ runs took 2(?:\.\d)? h of machine time so far\./,
    )
  })
})
