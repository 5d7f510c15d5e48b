import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { aSite } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { indexSteadiness } from '../../../../operations/index/index-steadiness.ts'

const perl = () => aRun().triggeredBy('perl/5.40-1')
const reference = () => aRun().triggeredBy('migration-reference/0')
const PAGE = '/triggers/perl/5.40-1'

async function site(...runs: Run[]) {
  const made = await aSite(runs)
  await indexTriggers(made.web)
  while (await indexSteadiness(made.web));
  return made
}

describe('what is likely to pass', () => {
  /** A test that fails and passes by turns, and then fails for perl. */
  const flaky = () => [
    reference().of('flaky'),
    ...Array.from({ length: 12 }, (_, n) =>
      aRun()
        .of('flaky')
        .exiting(n % 2 === 0 ? 4 : 0),
    ),
    perl().of('flaky').failing(),
  ]
  const broken = () => [reference().of('broken'), perl().of('broken').failing()]
  const lost = () => [reference().of('lost'), perl().of('lost').exiting(16)]

  it('is one click away, and says why', async () => {
    const [flakes, others] = [flaky(), [...broken(), ...lost()]]
    const made = await site(...flakes, ...others)
    const page = await made.get(PAGE)
    const link = [...page.document.querySelectorAll('a')].find(
      a => a.textContent === 'Retry the 2 likely to pass',
    )
    const runs = new URL(link?.getAttribute('href') ?? '', 'http://h').searchParams.getAll('run')
    expect(runs).toEqual([
      `flaky/noble/amd64/${flakes.at(-1)?.runId}`,
      `lost/noble/amd64/${others.at(-1)?.runId}`,
    ])
    expect(page.texts('.outcome-grid tbody tr')).toEqual([
      'brokenfail regression',
      'flakyfail regression6 of 6 retries passed',
      'losttmpfail regression',
    ])
  })

  it('is not asked for again while it waits, and not offered where nothing is', async () => {
    const made = await site(...lost())
    const waiting = { triggers: ['perl/5.40-1'] }
    await made.web.snapshots.queued.replace(aQueue([aRequest('lost', waiting)]))
    expect((await made.get(PAGE)).text).not.toContain('likely to pass')
    const other = await site(...broken())
    expect((await other.get(PAGE)).text).not.toContain('likely to pass')
  })
})

describe('what runs and waits for a trigger', () => {
  it('stands on its page with places, also where nothing has ended yet, and private ones do not', async () => {
    const made = await site(aRun().of('slow').lasting(3600))
    const waiting = { triggers: ['perl/5.40-1'] }
    await made.web.snapshots.queued.replace(
      aQueue([
        aRequest('other', { triggers: ['perl/5.40-10'] }),
        aRequest('slow', waiting),
        aRequest('new', waiting),
        aRequest('secret', { ...waiting, 'readable-by': 'joe' }),
      ]),
    )
    await made.web.snapshots.running.replace(aRunningTest('slow', waiting))
    const page = await made.get(PAGE)
    expect(page.texts('h2')).toEqual(['1 running, 2 queued'])
    expect(page.texts('table.queued tbody td:first-child')).toEqual(['slow', 'new'])
    expect(page.texts('table.queued tbody td:nth-child(3)')).toEqual(['2', '3'])
    expect(page.text).toMatch(/About (?:1\.\d|2) h of machine time remaining.*and 1 test of unknown duration/)
    expect(page.text).not.toContain('secret')
  })

  it('is folded above the tests once some have ended, so that what retries them stands right below', async () => {
    const made = await site(perl().of('slow').lasting(3600).failing())
    await made.web.snapshots.queued.replace(aQueue([aRequest('slow', { triggers: ['perl/5.40-1'] })]))
    const page = await made.get(PAGE)
    expect(page.texts('summary')).toContain('0 running, 1 queued')
    expect(page.texts('details table.queued tbody td:first-child')).toEqual(['slow'])
    const order = [...page.document.querySelectorAll('table.queued, .outcome-grid, form.selection')]
    expect(order.map(one => one.getAttribute('class')?.split(' ').at(-1))).toEqual([
      'queued',
      'outcome-grid',
      'selection',
    ])
  })

  it('stands in the grid, on architectures too where it has not ended yet', async () => {
    const made = await site(perl().of('slow'))
    const waiting = { triggers: ['perl/5.40-1'] }
    await made.web.snapshots.queued.replace(
      aQueue([aRequest('x'), aRequest('slow', waiting)], { arch: 'arm64' }),
    )
    const page = await made.get(PAGE)
    expect(page.texts('.outcome-grid thead th')).toEqual(['Package', 'amd64', 'arm64'])
    expect(page.texts('.outcome-grid tbody tr')).toEqual(['slowpass queued no. 2'])
  })
})
