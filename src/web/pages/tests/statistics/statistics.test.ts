import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import type { QueueSample } from '../../../../domain/queue/queue-sample.ts'

const ARCHES = ['amd64', 'arm64', 'armhf', 'i386', 'ppc64el', 'riscv64', 's390x']
/** In the middle of a quarter of an hour, in minutes. */
const NOW = Date.UTC(2026, 10, 20, 10, 7) / 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 60_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Samples of the last day, the one before the newest left out for hours. */
async function sampleDay(site: Site, sampleAt: (minute: number) => QueueSample | undefined) {
  for (let minute = NOW - 24 * 60; minute <= NOW; minute += 5) {
    const sample = sampleAt(minute)
    if (sample !== undefined) await site.web.state.queueSamples.add(1, { minute, sample })
  }
}

const busy = (n: number): QueueSample => ({
  arches: ARCHES,
  waiting: {
    ubuntu: { noble: ARCHES.map((_, arch) => n + arch), jammy: ARCHES.map(() => 1) },
    ppa: { noble: ARCHES.map(() => 2) },
  },
  running: { amd64: 10, arm64: 5 },
  ended: { amd64: [10, 9] },
  waits: { 10: 5, 20: 5 },
})

describe('the charts', () => {
  it('show how busy it was, on a page that is not large, with a table behind each', async () => {
    const site = await aSite()
    await sampleDay(site, minute => busy(1000 + (minute % 977)))
    const page = await site.get('/statistics')
    expect(page.status).toBe(200)
    expect(page.document.querySelectorAll('.multiples svg')).toHaveLength(7)
    expect(page.texts('figcaption').join()).toContain('90 % of')
    expect(page.texts('figcaption').join()).toMatch(/at the median, .* for one in ten/)
    expect(page.document.querySelectorAll('figure details table')).toHaveLength(5)
    expect(brotliCompressSync(page.text).length).toBeLessThan(30_000)
    expect(page.text).not.toMatch(/NaN|Infinity|undefined/)
    const byRelease = await site.get('/statistics?by=release&range=day')
    expect(byRelease.texts('.multiples p').map(text => text.split(' ')[0])).toEqual(['jammy', 'noble'])
  })

  it('have gaps where nothing is known, in the drawing, the JSON and the CSV', async () => {
    const site = await aSite()
    await sampleDay(site, minute => (minute < NOW - 700 || minute > NOW - 400 ? busy(5) : undefined))
    const { points } = (await site.get('/statistics.json')).json<{
      points: {
        at: string
        waiting: Record<string, number> | null
        running: number | null
        ended: number | null
      }[]
    }>()
    const unknown = points.filter(({ waiting }) => waiting === null)
    expect(unknown.length).toBeGreaterThan(10)
    for (const point of unknown) expect(point).toMatchObject({ running: null, ended: null })
    expect(points.at(-2)).toMatchObject({ waiting: { amd64: 8, s390x: 14 }, running: 15, ended: 30 })
    const path =
      (await site.get('/statistics')).document.querySelector('.multiples .line')?.getAttribute('d') ?? ''
    expect(path.match(/M/g)).toHaveLength(2)
    const csv = await site.get('/statistics.csv?by=context')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const [head, ...rows] = csv.text.trim().split('\r\n')
    expect(head).toBe('at,waiting_ppa,waiting_ubuntu,running,ended,passed,waited_p50_s,waited_p90_s,began')
    expect(rows.filter(row => /^[^,]+,{8}$/.test(row))).toHaveLength(unknown.length)
  })

  it('have no empty frame where one of them has nothing to show, but a line', async () => {
    const site = await aSite()
    await sampleDay(site, () => ({ ...busy(5), waiting: {}, waits: {}, ended: {} }))
    const page = await site.get('/statistics')
    const said = page.texts('.charts > p, .chart-pairs > p').join(' ')
    expect(said).toContain('No requests waited during this time')
    expect(said).toContain('Time from request to start: no data for this period')
    for (const chart of page.document.querySelectorAll('svg.chart'))
      expect(chart.querySelector('.line')?.getAttribute('d')).not.toBe('')
  })

  it('say what would be here where nothing was kept, and bear what nobody offers', async () => {
    const site = await aSite()
    for (const query of ['', '?range=week', '?range=month', '?range=year&by=context', '?range=x&by=y']) {
      expect((await site.get(`/statistics${query}`)).texts('.charts .empty')[0]).toContain('sample-queues')
    }
    expect((await site.get('/statistics.csv')).text).toContain('at,running')
  })
})

describe('machine time', () => {
  const cost = (name: string, hours: number) => ({ name, runs: 3, seconds: hours * 3600 })

  it('is told by what and who took most, with JSON and CSV', async () => {
    const site = await aSite([aRun().of('gzip').triggeredBy('glibc/2.39-1').failing()])
    await indexTriggers(site.web)
    const costs = {
      trigger: [cost('glibc/2.39-1', 412), ...Array.from({ length: 30 }, (_, n) => cost(`x/${n}`, 1))],
      requester: [cost('=joe"', 2)],
      package: [cost('gzip', 400)],
      arch: [cost('amd64', 300), cost('arm64', 200)],
    }
    await site.web.snapshots.machineTime.replace({ day: costs, month: costs })
    const page = await site.get('/statistics')
    expect(page.texts('#machine-time h2')).toEqual(['500 h of machine time in the last day'])
    const first = page.texts('#machine-time tbody tr:first-child > *').slice(0, 4)
    expect(first.map(text => text.trim())).toEqual(['glibc/2.39-1', '412 h', '3', '82 %'])
    expect(page.document.querySelectorAll('#machine-time tbody tr')).toHaveLength(10 + 1 + 1 + 2)
    expect(page.document.querySelector('#machine-time a[href="/triggers/glibc/2.39-1"]')).not.toBeNull()
    const href = page.document.querySelector('#machine-time caption a')?.getAttribute('href') ?? ''
    expect((await site.get(href)).json<{ costs: unknown[] }>().costs).toHaveLength(31)
    const csv = await site.get('/statistics/machine-time.csv?range=year&of=requester')
    expect(csv.text).toBe('requester,runs,seconds\r\n"\'=joe""",3,7200\r\n')
  })

  it('says that none is counted before it is, or where nothing ran', async () => {
    const site = await aSite()
    expect((await site.get('/statistics')).texts('p').join()).toContain('no runs are counted in the last day')
    const none = { trigger: [], requester: [], package: [], arch: [] }
    await site.web.snapshots.machineTime.replace({ week: none })
    const week = await site.get('/statistics?range=week')
    expect(week.texts('p').join()).toContain('no runs are counted in the last week')
    expect((await site.get('/statistics/machine-time.json?of=x&range=y')).json()).toMatchObject({
      ...{ range: 'month', of: 'trigger', costs: [] },
    })
  })
})
