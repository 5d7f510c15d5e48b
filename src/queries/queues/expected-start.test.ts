import { describe, expect, it } from 'vitest'
import { aQueue, aRequest } from '../../../test/builders/live.ts'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import { expectedStarts } from './expected-start.ts'

const MINUTE = 60_000
const NOW = new Date()
const minute = Math.floor(NOW.getTime() / MINUTE)

/** A site where these numbers of tests began in each of the last minutes. */
async function aSiteThatBegan(
  began: (minutesAgo: number) => number | undefined,
  minutes = 60,
  waiting: (minutesAgo: number) => number = () => 0,
) {
  const site = await aSite()
  await site.web.snapshots.queued.replace(aQueue([aRequest('a'), aRequest('b'), aRequest('c')]))
  for (let ago = minutes; ago >= 0; ago--) {
    const count = began(ago)
    await site.web.state.queueSamples.add(1, {
      minute: minute - ago,
      sample: {
        arches: ['amd64'],
        waiting: { ubuntu: { noble: [waiting(ago)] } },
        ...(count !== undefined && { began: { amd64: count } }),
      },
    })
  }
  return site
}

const placed = (position: number) =>
  ({ context: 'ubuntu', release: 'noble', arch: 'amd64', package: 'c', position }) as const

describe('when a request is likely to start', () => {
  it('is a range around its turn at the pace of the last hour, and its end by what its test takes', async () => {
    const site = await aSiteThatBegan(() => 1)
    await site.record(...[600, 700, 800].map(seconds => aRun().of('c').on('noble', 'amd64').lasting(seconds)))
    const [first, third] = await expectedStarts(site.web, [placed(1), placed(3)], NOW, { ends: true })
    if (first?.isKnown !== true || third?.isKnown !== true) throw new Error('not known')
    const minutes = (date: Date | undefined) => ((date?.getTime() ?? 0) - NOW.getTime()) / MINUTE
    expect(minutes(third.start.from)).toBeLessThan(3)
    expect(minutes(third.start.to)).toBeGreaterThan(3)
    expect(minutes(third.start.to)).toBeLessThan(9)
    expect(first.start.to.getTime()).toBeLessThan(third.start.to.getTime())
    expect(minutes(third.end?.from) - minutes(third.start.from)).toBeCloseTo(620 / 60)
    expect(minutes(third.end?.to) - minutes(third.start.to)).toBeCloseTo(780 / 60)
  })

  it('follows from the time in which something waited: before that, little was asked for', async () => {
    // An upload ten minutes ago, and two tests per minute since then
    const site = await aSiteThatBegan(
      ago => (ago < 10 ? 2 : 0),
      60,
      ago => (ago <= 10 ? 30 : 0),
    )
    const [third] = await expectedStarts(site.web, [placed(3)], NOW)
    if (third?.isKnown !== true) throw new Error('not known')
    const minutes = (date: Date) => (date.getTime() - NOW.getTime()) / MINUTE
    expect(minutes(third.start.from)).toBeLessThan(1.5)
    expect(minutes(third.start.to)).toBeGreaterThan(1.5)
    expect(minutes(third.start.to)).toBeLessThan(5)
  })

  it('may be at once where nothing waited of late', async () => {
    const site = await aSiteThatBegan(ago => (ago % 10 === 0 ? 1 : 0))
    const [first] = await expectedStarts(site.web, [placed(1)], NOW)
    expect(first?.isKnown === true && first.start.from).toEqual(NOW)
  })

  it('is not known where nothing began for an hour, with since when', async () => {
    const site = await aSiteThatBegan(ago => (ago > 90 ? 1 : 0), 120)
    expect(await expectedStarts(site.web, [placed(1)], NOW)).toEqual([
      { isKnown: false, still: new Date((minute - 91) * MINUTE) },
    ])
  })

  it('is not known where nobody looked', async () => {
    const site = await aSiteThatBegan(() => undefined)
    expect(await expectedStarts(site.web, [placed(1)], NOW)).toEqual([{ isKnown: false, still: undefined }])
  })

  it('is told on the page of the queue, for each of its places', async () => {
    const site = await aSiteThatBegan(() => 2)
    const page = await site.get('/queues/ubuntu/noble/amd64')
    const cells = page.texts('td[data-head="Likely start (UTC)"]')
    expect(cells).toHaveLength(3)
    for (const cell of cells)
      expect(cell).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d to (\d{4}-\d\d-\d\d )?\d\d:\d\d$/)
  })
})
