import { describe, expect, it } from 'vitest'
import { aRun, type RunBuilder } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import { parseSummary } from '../../../../domain/run/subtest.ts'
import { links } from '../../../links.ts'

const PATH = '/packages/hello/noble/amd64'

/** A site of runs with the summaries of their subtests, oldest first; null for a run of which nothing is known. */
async function siteOf(...runs: readonly (readonly [RunBuilder, string | null])[]) {
  const site = await aSite(runs.map(([run]) => run))
  for (const [run, summary] of runs)
    if (summary !== null)
      await site.web.derived.saveDetails(run, { subtests: parseSummary(summary), log: undefined })
  return site
}

describe('the grid of subtests on the page of a history', () => {
  it('has trouble first, says since when, and each cell leads to its run', async () => {
    const [oldest, middle, newest] = [aRun(), aRun().failing(), aRun().failing()]
    const site = await siteOf(
      [oldest, 'a PASS\nb PASS\n'],
      [middle, 'a PASS\nb FAIL x\n'],
      [newest, 'a PASS\nb FAIL x\nc PASS\n'],
    )
    const page = await site.get(PATH)
    expect(page.texts('.grid tbody th')).toEqual(['b', 'c', 'a'])
    expect(page.texts('.grid .oddity').slice(1, 3)).toEqual([
      `fails since ${/\d{4}-\d\d-\d\d \d\d:\d\d/.exec(page.texts('.grid .oddity')[1] as string)?.[0]}`,
      'new test',
    ])
    const cells = [...page.document.querySelectorAll('.grid tbody tr:first-child td a')].slice(0, 3)
    expect(cells.map(cell => [cell.getAttribute('href'), cell.textContent])).toEqual([
      [links.run(newest), 'FAIL'],
      [links.run(middle), 'FAIL'],
      [links.run(oldest), 'PASS'],
    ])
  })

  it('says on which other architectures a test fails', async () => {
    const here = [aRun(), aRun().failing()] as const
    const [one, other] = [aRun().on('noble', 'armhf').failing(), aRun().on('noble', 'arm64')]
    const runs = [
      [here[0], 'a PASS\nb PASS\n'],
      [here[1], 'a FAIL x\nb FAIL x\n'],
      [one, 'a FAIL y\nb PASS\n'],
      [other, 'b PASS\n'],
      [aRun().on('jammy', 'amd64').failing(), 'b FAIL x\n'],
    ] as const
    const said = (await (await siteOf(...runs)).get(PATH)).texts('.grid .oddity').slice(1)
    expect(said[0]).toMatch(/, on armhf too$/)
    expect(said[1]).toMatch(/, only on amd64$/)
  })

  it('keeps the run ids newest first in the source, as clients read them', async () => {
    const runs = Array.from({ length: 40 }, () => [aRun().failing(), 'a FAIL x\n'] as const)
    const site = await siteOf(...runs)
    const { text, document } = await site.get(PATH)
    const first = [...new Set([...text.matchAll(/\d{8}_\d{6}_[0-9a-f]{5}@/g)].map(([id]) => id))]
    expect(first).toEqual(first.toSorted().reverse())
    expect([...document.querySelectorAll('.grid thead a')]).toHaveLength(30)
    const older = [...document.querySelectorAll('.grid-of-subtests > p a')].at(-1)?.getAttribute('href')
    const next = await site.get(older as string)
    expect([...next.document.querySelectorAll('.grid thead a')]).toHaveLength(10)
  })

  it('is not there where nothing is known, and says where some is not', async () => {
    expect((await (await siteOf([aRun(), null])).get(PATH)).texts('.grid')).toEqual([])
    const some = await siteOf([aRun(), 'a PASS\n'], [aRun(), null])
    expect((await some.get(PATH)).texts('.grid-of-subtests .quiet')).toEqual([
      'Newest first; an empty cell had no such test, and nothing is recorded of 1 run.',
    ])
  })

  it('of very many tests has those in trouble, and counts the rest', async () => {
    const summary = Array.from({ length: 1000 }, (_, n) => `t${n} ${n === 777 ? 'FAIL x' : 'PASS'}\n`).join(
      '',
    )
    const page = await (await siteOf([aRun(), summary], [aRun(), summary])).get(PATH)
    expect(page.texts('.grid tbody th')[0]).toBe('t777')
    expect(page.texts('.grid-of-subtests .note')).toEqual([
      '700 more tests with the same result in all of these runs are not shown.',
    ])
  })
})
