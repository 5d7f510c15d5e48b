import { describe, expect, it } from 'vitest'
import { ago } from './ago.ts'

describe('how long ago', () => {
  it.each([
    [-3601, 'in the future (a wrong clock)'],
    [-3600, 'just now'],
    [-100, 'just now'],
    [59, 'just now'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [86_399, '23 h ago'],
    [86_400, '1 day ago'],
    [2 * 86_400, '2 days ago'],
    [364 * 86_400, '364 days ago'],
    [365 * 86_400, '1 year ago'],
    [1000 * 86_400, '2 years ago'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(ago(0, seconds * 1000)).toBe(text)
  })
})
