import { getEventListeners } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { pause } from './pause.ts'

const HOUR = 3_600_000

it('ends when the time is up', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let ended = false
  const pausing = pause(HOUR).then(() => {
    ended = true
  })
  await vi.advanceTimersByTimeAsync(HOUR - 1)
  expect(ended).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await pausing
})

it('ends with the signal, at once where it has come already', async () => {
  const ending = new AbortController()
  const pausing = pause(HOUR, ending.signal)
  ending.abort(new Error('no rejection'))
  await pausing
  await pause(HOUR, ending.signal)
})

it('leaves nothing with a signal that outlives it', async () => {
  const { signal } = new AbortController()
  await pause(1, signal)
  await pause(HOUR, signal, wake => setImmediate(wake))
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('ends when it is woken', async () => {
  await pause(HOUR, undefined, wake => setImmediate(wake))
})
