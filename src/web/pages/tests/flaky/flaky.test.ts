import { describe, expect, it } from 'vitest'
import { aRun, type RunBuilder } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import { indexSteadiness } from '../../../../operations/index/index-steadiness.ts'
import { links } from '../../../links.ts'

/** A site that has counted these runs. */
async function siteOf(...runs: readonly RunBuilder[]) {
  const site = await aSite(runs)
  while (await indexSteadiness(site.web));
  return site
}
/** A test that fails and passes by turns, an attempt a minute. */
const byTurns = (name: string, attempts: number, lasting = 60): RunBuilder[] =>
  Array.from({ length: attempts }, (_, n) =>
    aRun()
      .of(name, '1')
      .lasting(lasting)
      .exiting(n % 2 === 0 ? 4 : 0),
  )

describe('the list of flaky tests', () => {
  it('has them with their evidence, newest first, most first, or by what retries took', async () => {
    const [often, lately, slow] = [byTurns('often', 7), byTurns('slow', 2, 9000), byTurns('lately', 2)]
    const site = await siteOf(...often, ...lately, ...slow, aRun().of('steady'))
    const page = await site.get('/flaky')
    expect(page.texts('tbody td:first-child')).toEqual(['lately', 'slow', 'often'])
    const hrefs = [...page.document.querySelectorAll('tbody tr:nth-child(3) a')].map(a =>
      a.getAttribute('href'),
    )
    expect(hrefs).toEqual([
      links.test(often[0] as RunBuilder),
      links.run(often[5] as RunBuilder),
      links.run(often[6] as RunBuilder),
    ])
    expect(page.texts('tbody tr:nth-child(3) td').slice(5)).toEqual(['3 of 3', '0h 03m 00s', '6 in 7 runs'])
    expect((await site.get('/flaky?order=flakes')).texts('tbody td:first-child')[0]).toBe('often')
    expect((await site.get('/flaky?order=time')).texts('tbody td:first-child')[0]).toBe('slow')
    expect((await site.get('/flaky?release=jammy')).texts('.empty')).toHaveLength(1)
    expect((await site.get('/flaky?order=nonsense')).status).toBe(400)
    expect((await site.get('/flaky?limit=1&offset=1')).texts('.pages a')).toEqual([
      'Newest',
      'Before',
      'More',
    ])
  })

  it('is there for programs', async () => {
    const runs = byTurns('often', 4)
    const site = await siteOf(...runs)
    const found = (await site.get('/flaky.json')).json()
    expect(found).toEqual({
      tests: [
        {
          ...{ package: 'often', release: 'noble', arch: 'amd64', runs: 4, flakes: 3 },
          last_flake: { from: runs[2]?.runId, to: runs[3]?.runId },
          ...{ retries: 2, retries_passed: 2, retry_seconds: 120, transitions: 3 },
          link: 'https://autopkgtest.example/packages/often/noble/amd64',
        },
      ],
      more: false,
      waiting: 0,
    })
    expect((await site.get('/flaky?format=json')).json()).toEqual(found)
  })
})

describe('whether a retry helps', () => {
  it('stands beside the ways to retry', async () => {
    const runs = byTurns('often', 13)
    const site = await siteOf(...runs)
    const said = '6 of 6 retries passed'
    expect((await site.get(links.run(runs[12] as RunBuilder))).texts('.rescue')).toEqual([said])
    expect((await site.get(links.test(runs[0] as RunBuilder))).texts('.links .rescue')).toEqual([said])
  })

  it('is that of the architecture where the test has too few, and nothing where that has', async () => {
    const few = aRun().of('few').failing()
    const site = await siteOf(...byTurns('often', 13), few)
    expect((await site.get(links.run(few))).texts('.rescue')).toEqual([
      '6 of 6 retries passed on this architecture',
    ])
    expect((await (await siteOf(few)).get(links.run(few))).texts('.rescue')).toEqual([])
  })

  it('a run says which attempt it is, by whom, and that its test is flaky', async () => {
    const [first, second, third] = byTurns('often', 3) as [RunBuilder, RunBuilder, RunBuilder]
    const site = await siteOf(first.by('britney'), second.by('alice'), third.by('britney'))
    const page = await site.get(links.run(third))
    expect(page.texts('.attempts p')[0]).toBe(
      'Attempt 3 with the same version and triggers: by britney twice, by alice.',
    )
    expect(page.texts('.attempts p')[1]).toMatch(/^A proven flake: .* twice in a year/)
    expect((await site.get(links.run(first))).texts('.attempts p')).toHaveLength(1)
  })
})
