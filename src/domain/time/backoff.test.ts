import { expect, it } from 'vitest'
import { backoffMs, doublingMs, scatteredBackoffMs } from './backoff.ts'

it('doubles from the first to the longest, however many failures there were', () => {
  expect([0, 1, 2, 3, 4, 5, 2000].map(failures => doublingMs(failures, 100, 1000))).toEqual([
    100, 100, 200, 400, 800, 1000, 1000,
  ])
})

it('has some chance in it', () => {
  const waits = Array.from({ length: 200 }, () => backoffMs(3, 100, 1000))
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(360)
  expect(Math.max(...waits)).toBeLessThanOrEqual(440)
  expect(new Set(waits).size).toBeGreaterThan(1)
})

it('is scattered over half of a wait', () => {
  const waits = Array.from({ length: 200 }, () => scatteredBackoffMs(3, 100))
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(200)
  expect(Math.max(...waits)).toBeLessThanOrEqual(400)
  expect(new Set(waits).size).toBeGreaterThan(1)
})
