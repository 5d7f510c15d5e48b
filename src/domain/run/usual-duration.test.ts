import { describe, expect, it } from 'vitest'
import { paceOf, percentile, usualDuration } from './usual-duration.ts'

describe('how long a test usually takes', () => {
  it('is told by the percentiles of its own runs, those without a duration left out', () => {
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5)
    const usual = usualDuration([300, 100, 0, 200])
    expect(usual).toMatchObject({ n: 3, p50: 200, p90: 280, timeout: 10_000 })
    expect(usualDuration([0])).toBeUndefined()
  })

  it('has a limit beyond the usual one where its own runs took longer', () => {
    expect(usualDuration([30_000, 20_000])?.timeout).toBe(30_000)
  })
})

describe('a running test', () => {
  const usual = usualDuration([100, 110, 120, 130, 140, 150])

  it('is as usual, late, or stuck, by its own runs', () => {
    expect(paceOf(140, usual, 0).level).toBe('usual')
    expect(paceOf(149, usual, undefined).level).toBe('late')
    expect(paceOf(400, usual, 0)).toMatchObject({ level: 'late' })
    expect(paceOf(500, usual, 0)).toMatchObject({
      level: 'stuck',
      reason: expect.stringContaining('3 times'),
    })
  })

  it('is not judged by a few runs, but by its time-out', () => {
    expect(paceOf(5000, usualDuration([100, 100]), 0).level).toBe('usual')
    expect(paceOf(9100, usualDuration([100, 100]), 0).reason).toBe('near its time-out')
    expect(paceOf(9100, undefined, 0).level).toBe('stuck')
  })

  it('is not near its time-out where it always takes as long', () => {
    const long = usualDuration([9500, 9600, 9700, 9800, 9900, 9950])
    expect(paceOf(9600, long, 0).level).toBe('usual')
  })

  it('is stuck when its log has not grown for ten minutes, however short it has run', () => {
    expect(paceOf(130, usual, 599).level).toBe('usual')
    expect(paceOf(90, usual, 600)).toEqual({ level: 'stuck', reason: 'nothing new in its log for 10 min' })
  })
})
