import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'

const PAGE = '/packages/hello/noble/amd64'
const MINUTE = 60

/** Runs of one test, the oldest first, that took so many seconds. */
const runsThatTook = (...durations: (number | null)[]) =>
  durations.map((duration, n) =>
    aRun()
      .passing()
      .with({
        duration,
        runId: `202611${String(1 + (n % 28)).padStart(2, '0')}_${String(100000 + n)}_abcde@`,
      }),
  )

describe('how long a test takes', () => {
  it('is said on its history, with a chart of its runs and a table behind it', async () => {
    const site = await aSite(runsThatTook(12 * MINUTE, 10 * MINUTE, 11 * MINUTE, 30 * MINUTE))
    const page = await site.get(PAGE)
    expect(page.texts('.durations > summary').map(text => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'Takes 12 min at the median, 25 min for one in ten of 4 runs; its time-out is 2 h 47 min',
    ])
    const titles = [...page.document.querySelectorAll('.durations svg title')].map(one => one.textContent)
    expect(titles.map(title => title?.split('\n')[1])).toEqual([
      ...['took: 12 min', 'took: 10 min', 'took: 11 min', 'took: 30 min'],
    ])
    expect(page.texts('.durations tbody tr')[3]).toMatch(/11-04 .*30 min/)
    expect(page.document.querySelectorAll('.durations .second')).toHaveLength(0)
  })

  it('draws the time-out where runs come near it, and leaves out what never ran', async () => {
    const died = aRun().exiting(16).with({ duration: 9999, runId: '20261129_120000_abcde@' })
    const site = await aSite([...runsThatTook(9000, 100, null, 100), died])
    const page = await site.get(PAGE)
    expect(page.texts('.durations > summary')[0]).toContain('of 3 runs')
    expect(page.document.querySelectorAll('.durations .second')).toHaveLength(1)
  })

  it('is not said of two runs, nor on older pages, and costs few bytes of a hundred', async () => {
    const few = await aSite(runsThatTook(60, 60))
    expect((await few.get(PAGE)).document.querySelector('.durations')).toBeNull()
    const site = await aSite(runsThatTook(...Array.from({ length: 120 }, (_, n) => 60 + ((n * 7919) % 997))))
    const page = await site.get(PAGE)
    expect(page.document.querySelectorAll('.durations rect')).toHaveLength(48)
    expect(brotliCompressSync(page.text).length).toBeLessThan(30_000)
    const older = page.document.querySelector('.pages a[rel=next]')?.getAttribute('href') ?? ''
    expect((await site.get(older)).document.querySelector('.durations')).toBeNull()
  })
})
