import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { storeRun } from '../../../../../test/builders/stored-run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import { links } from '../../../links.ts'

const listOf = (count: number): string =>
  Array.from({ length: count }, (_, n) => `lib${n}\t1.${n}-1\n`).join('')

/** The testbed page of the second of two runs, which had so many packages. */
async function pageWith(before: number, now: number) {
  const [previous, run] = [aRun(), aRun()]
  const site = await aSite([previous, run])
  await storeRun(site.web.store, previous, { members: { 'testbed-packages': listOf(before) } })
  await storeRun(site.web.store, run, { members: { 'testbed-packages': listOf(now) } })
  return { run, page: await site.get(links.testbed(run)) }
}

describe('the page of a testbed', () => {
  it('lists what was installed, and what changed since the run before', async () => {
    const { page } = await pageWith(3, 4)
    expect(page.texts('h2')).toEqual(['Changed since the previous run', '4 packages installed'])
    expect(page.texts('tbody tr')).toEqual([
      'lib3not there1.3-1',
      ...[0, 1, 2, 3].map(n => `lib${n}1.${n}-1`),
    ])
    expect(page.texts('.note')).toEqual([])
  })

  it('of more packages than are shown says so and where all are, and compares nothing', async () => {
    const { run, page } = await pageWith(10_001, 10_001)
    expect(page.texts('h2')).toEqual(['Packages installed'])
    expect(page.texts('.note')).toEqual([
      'Only the first 10,000 packages are shown; the whole list is in result.tar.',
    ])
    expect(page.document.querySelector('.note a')?.getAttribute('href')).toBe(
      links.rawFile(run, 'result.tar'),
    )
    expect(page.text).toContain('lib9999<')
    expect(page.text).not.toContain('lib10000<')
  })

  it('compares nothing with a list that was cut', async () => {
    const { page } = await pageWith(10_001, 2)
    expect(page.texts('h2')).toEqual(['2 packages installed'])
  })
})
