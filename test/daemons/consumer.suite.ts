import { expect, it } from 'vitest'
import { z } from 'zod'
import { DEAD_LETTER_QUEUE, TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { type ConsumerSpec, consumer } from '../../src/daemons/runtime/consumer.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import type { Connect } from '../builders/brokers.ts'
import { startDaemon } from '../builders/daemons.ts'
import { eventually } from '../eventually.ts'

const QUEUE = 'autopkgtest-web.test'
const message = z.object({ n: z.number() })
type Message = z.infer<typeof message>

function specOf(handle: ConsumerSpec<Message, never>['handle'], more: { batchSize?: number } = {}) {
  return consumer({ name: 'test', from: TESTCOMPLETE, queue: async () => QUEUE, message, handle, ...more })
}

/** What every daemon that takes messages does, on a broker. */
export function consumerSuite(connect: () => Connect): void {
  it('hands messages over in batches, and acknowledges them when the work is done', async () => {
    const broker = connect()()
    const batches: number[][] = []
    let commit = () => {}
    const daemon = specOf(async batch => {
      batches.push(batch.map(one => one.n))
      await new Promise<void>(resolve => {
        commit = resolve
      })
      return batch.map(() => 'done')
    })
    const running = await startDaemon(daemon, { broker })
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => broker.publishTo(TESTCOMPLETE, JSON.stringify({ n }))),
    )
    await eventually(() => {
      commit()
      expect(batches.flat()).toHaveLength(100)
    })
    expect(batches.length).toBeLessThan(50)
    commit()
    await running.stop()
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(0)
  })

  it('sends what is malformed to the dead letters with the reason, and goes on', async () => {
    const broker = connect()()
    const taken: number[] = []
    const daemon = specOf(async batch => {
      taken.push(...batch.map(one => one.n))
      return batch.map(() => 'done')
    })
    await startDaemon(daemon, { broker })
    for (const body of ['{"n": 1', '{"n": "secret"}', '[]', '{"n": 5}'])
      await broker.publishTo(TESTCOMPLETE, body)
    await eventually(() => expect(taken).toEqual([5]))
    const letters: string[][] = []
    for (let n = 0; n < 3; n++) {
      await eventually(async () => {
        const letter = await broker.take(DEAD_LETTER_QUEUE)
        expect(letter).toBeDefined()
        letters.push([Buffer.from(letter?.body ?? '').toString(), String(letter?.headers['x-reason'])])
      })
    }
    expect(letters.toSorted()).toEqual([
      ['[]', expect.stringMatching(/expected object/)],
      ['{"n": "secret"}', expect.stringMatching(/^n: (?!.*secret)/)],
      ['{"n": 1', 'not JSON'],
    ])
  })

  it('keeps messages waiting while a peer is away, says so, and works on afterwards', async () => {
    const broker = connect()()
    let away = true
    const taken: number[] = []
    const daemon = specOf(async batch => {
      if (away) throw new Unavailable('the database is unavailable')
      taken.push(...batch.map(one => one.n))
      return batch.map(() => 'done')
    })
    const running = await startDaemon(daemon, { broker })
    for (let n = 0; n < 5; n++) await broker.publishTo(TESTCOMPLETE, JSON.stringify({ n }))
    await eventually(() =>
      expect(running.health()).toMatchObject({ ok: false, reason: 'the database is unavailable' }),
    )
    away = false
    await eventually(() => expect(taken.toSorted()).toEqual([0, 1, 2, 3, 4]))
    await eventually(() => expect(running.health()).toEqual({ ok: true }))
    expect((await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE) ?? 0).toBe(0)
  })

  it('gives back what it has not dealt with when it is stopped, and another takes it', async () => {
    const broker = connect()()
    const stuck = specOf(async () => {
      throw new Unavailable('away')
    })
    const first = await startDaemon(stuck, { broker })
    for (let n = 0; n < 50; n++) await broker.publishTo(TESTCOMPLETE, JSON.stringify({ n }))
    await eventually(() => expect(first.health().ok).toBe(false))
    await first.stop()
    await eventually(async () => expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(50))
    const taken: number[] = []
    const second = specOf(async batch => {
      taken.push(...batch.map(one => one.n))
      return batch.map(() => 'done')
    })
    await startDaemon(second, { broker })
    await eventually(() => expect(taken).toEqual(Array.from({ length: 50 }, (_, n) => n)))
  })

  it('tells the work that time is up, lets it finish, and acknowledges it', async () => {
    const broker = connect()()
    let begun = false
    const daemon = specOf(async (batch, _deps, signal) => {
      begun = true
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      return batch.map(() => 'done')
    })
    const running = await startDaemon(daemon, { broker })
    await broker.publishTo(TESTCOMPLETE, '{"n": 1}')
    await eventually(() => expect(begun).toBe(true))
    await running.stop()
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(0)
  })

  it('does not take more at once than it can hold', async () => {
    const broker = connect()()
    const sizes: number[] = []
    const daemon = specOf(
      async batch => {
        sizes.push(batch.length)
        await new Promise(resolve => setTimeout(resolve, 20))
        return batch.map(() => 'done')
      },
      { batchSize: 10 },
    )
    await startDaemon(daemon, { broker })
    await Promise.all(
      Array.from({ length: 95 }, (_, n) => broker.publishTo(TESTCOMPLETE, JSON.stringify({ n }))),
    )
    await eventually(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(95))
    expect(Math.max(...sizes)).toBe(10)
  })
}
