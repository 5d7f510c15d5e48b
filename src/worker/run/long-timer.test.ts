import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { callAfter } from './long-timer.ts'
import { runAutopkgtest } from './run-autopkgtest.ts'

const DAY_MS = 24 * 60 * 60_000

describe('a timer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each([0, 1, 24, 25, 50, 400])('of %i days goes off after them, once', days => {
    const then = vi.fn()
    callAfter(days * DAY_MS, then)
    if (days > 0) {
      vi.advanceTimersByTime(days * DAY_MS - 1)
      expect(then).not.toHaveBeenCalled()
    }
    vi.advanceTimersByTime(1)
    expect(then).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(100 * DAY_MS)
    expect(then).toHaveBeenCalledOnce()
  })

  it.each([1, 60])('that is cancelled after its %ith day never goes off', days => {
    const then = vi.fn()
    const cancel = callAfter(100 * DAY_MS, then)
    vi.advanceTimersByTime(days * DAY_MS)
    cancel()
    vi.advanceTimersByTime(200 * DAY_MS)
    expect(then).not.toHaveBeenCalled()
  })
})

it('lets a test run to its end whose limit is longer than a timer of the system', async () => {
  const folder = temporaryFolder()
  const program = { program: '/bin/sh', args: ['-c', 'sleep 0.5; exit 4'], folder }
  expect((await runAutopkgtest({ ...program, limitMs: 999_999_999_000 })).exitcode).toBe(4)
})
