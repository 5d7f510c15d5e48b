import { expect, it } from 'vitest'
import { summed } from './asking.ts'
import { percentile } from './percentiles.ts'

it('is a value that was measured, whatever the order', () => {
  const values = Array.from({ length: 200 }, (_, n) => 200 - n)
  expect([50, 99, 100].map(percent => percentile(values, percent))).toEqual([100, 198, 200])
  expect(percentile([7], 1)).toBe(7)
  expect(percentile([], 50)).toBeNaN()
})

it('sums up how long requests took', () => {
  const answers = [1, 2, 30].map(took => ({ took, bytes: 10 * took }))
  expect(summed(answers, 0.5)).toEqual({ perSecond: 6, requests: 3, p50: 2, p99: 30, bytes: 110 })
})
