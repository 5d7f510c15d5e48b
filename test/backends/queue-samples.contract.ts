import { describe, expect, it } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'
import { openTwo as openTwice } from './open-two.ts'

/** The contract of every engine of QueueSamples. */
export function describeQueueSamples(
  engine: string,
  openDatabase: () => Promise<() => Promise<State>>,
): void {
  describe(`samples of queues on ${engine}`, () => {
    it('are kept once for a span and minute, for all who share the database', async () => {
      const [here, there] = await openTwice(openDatabase)
      const sample = { arches: ['amd64'], waiting: { ubuntu: { noble: [3, null] } } }
      expect(await here.queueSamples.add(1, { minute: 29_000_000, sample })).toBe(true)
      expect(await there.queueSamples.add(1, { minute: 29_000_000, sample: { arches: [] } })).toBe(false)
      expect(await there.queueSamples.add(10, { minute: 29_000_000, sample: { arches: [] } })).toBe(true)
      expect(await there.queueSamples.between(1, 0, 3e7)).toEqual([{ minute: 29_000_000, sample }])
    })

    it('can be kept many at once, and then too leave what is there', async () => {
      const [here, there] = await openTwice(openDatabase)
      const sample = { arches: ['amd64'] }
      await here.queueSamples.add(60, { minute: 120, sample })
      const many = Array.from({ length: 400 }, (_, hour) => ({
        minute: 60 * hour,
        sample: { arches: ['s390x'] },
      }))
      await there.queueSamples.addAll(60, many)
      await there.queueSamples.addAll(60, [])
      const kept = await here.queueSamples.between(60, 0, 1e6)
      expect(kept).toEqual(many.with(2, { minute: 120, sample }))
    })

    it('are given in their order, and dropped by age', async () => {
      const [{ queueSamples }] = await openTwice(openDatabase)
      for (const minute of [30, 10, 20]) await queueSamples.add(10, { minute, sample: { arches: [] } })
      const minutes = async () => (await queueSamples.between(10, 10, 30)).map(({ minute }) => minute)
      expect(await minutes()).toEqual([10, 20])
      await queueSamples.prune(1, 100)
      await queueSamples.prune(10, 20)
      expect(await minutes()).toEqual([20])
    })
  })
}
