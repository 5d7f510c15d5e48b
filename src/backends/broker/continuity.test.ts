import { expect, it } from 'vitest'
import { Unavailable } from '../../domain/errors.ts'
import { followContinuity } from './continuity.ts'

/** A trace that shows the messages sent while `works`. */
function followTrace() {
  const trace = { works: true, overflows: 0 }
  const continuity = followContinuity({
    async sendCanary(id) {
      if (trace.works) setTimeout(() => continuity.canaryReturned(id), 1)
    },
    async overflowed() {
      const overflowed = trace.overflows > 0
      trace.overflows = 0
      return overflowed
    },
  })
  continuity.subscribed()
  return { trace, continuity }
}

it('is alive when the canary comes back', async () => {
  const { continuity } = followTrace()
  expect(await continuity.alive(1000)).toBe(true)
  expect(await continuity.alive(1000)).toBe(true)
})

it('is not alive when it does not in time, nor the next time, as what came between was missed', async () => {
  const { trace, continuity } = followTrace()
  trace.works = false
  expect(await continuity.alive(20)).toBe(false)
  trace.works = true
  expect(await continuity.alive(1000)).toBe(false)
  expect(await continuity.alive(1000)).toBe(true)
})

it('says once that something was missed between two subscriptions, or overflowed', async () => {
  const { trace, continuity } = followTrace()
  continuity.subscribed()
  expect(await continuity.alive(1000)).toBe(false)
  expect(await continuity.alive(1000)).toBe(true)
  trace.overflows = 1
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
