import { expect, it } from 'vitest'
import { Unavailable } from '../../domain/errors.ts'
import { followContinuity } from './continuity.ts'

/** A tap that shows what is sent while `works`. */
function followTap() {
  const tap = { works: true, overflows: 0 }
  const continuity = followContinuity({
    async sendCanary(id) {
      if (tap.works) setTimeout(() => continuity.canaryReturned(id), 1)
    },
    async overflowed() {
      const overflowed = tap.overflows > 0
      tap.overflows = 0
      return overflowed
    },
  })
  continuity.subscribed()
  return { tap, continuity }
}

it('is alive when the canary comes back', async () => {
  const { continuity } = followTap()
  expect(await continuity.alive(1000)).toBe(true)
  expect(await continuity.alive(1000)).toBe(true)
})

it('is not alive when it does not in time, nor the next time, as what came between was missed', async () => {
  const { tap, continuity } = followTap()
  tap.works = false
  expect(await continuity.alive(20)).toBe(false)
  tap.works = true
  expect(await continuity.alive(1000)).toBe(false)
  expect(await continuity.alive(1000)).toBe(true)
})

it('says once that something was missed between two subscriptions, or overflowed', async () => {
  const { tap, continuity } = followTap()
  continuity.subscribed()
  expect(await continuity.alive(1000)).toBe(false)
  expect(await continuity.alive(1000)).toBe(true)
  tap.overflows = 1
  expect(await continuity.alive(1000)).toBe(false)
  expect(await continuity.alive(1000)).toBe(true)
})

it('is not alive when the canary cannot be sent', async () => {
  const continuity = followContinuity({
    sendCanary: () => Promise.reject(new Unavailable('no broker')),
    overflowed: async () => false,
  })
  expect(await continuity.alive(1000)).toBe(false)
})
