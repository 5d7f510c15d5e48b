import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { DEAD_LETTER_QUEUE } from '../../src/backends/broker/broker.ts'
import { eventually } from '../eventually.ts'
import {
  type BrokerFixture,
  boundQueue,
  collect,
  freshFanout,
  numbers,
  startVictim,
  takeAll,
  textOf,
} from './broker-fixture.ts'

/** Subscribing, as the daemons do. */
export function consumerContract(fixture: () => BrokerFixture): void {
  it('gives a durable queue of its own what came while nobody consumed, in order', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(20)) await second.publishTo(from, body)
    expect(await second.depths([queue])).toEqual(new Map([[queue, 20]]))
    const { bodies, deliveries, consumer } = await collect(broker, { from, queue })
    await second.publishTo(from, '20')
    await eventually(() => expect(bodies).toEqual(numbers(21)))
    expect(deliveries.some(delivery => delivery.redelivered)).toBe(false)
    await eventually(async () => expect(await second.depths([queue])).toEqual(new Map([[queue, 0]])))
    await consumer.close()
    expect(await takeAll(second, queue)).toEqual([])
  })

  it('shares a durable queue among its consumers, each message once', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    const one = await collect(broker, { from, queue, prefetch: 5 })
    const two = await collect(second, { from, queue, prefetch: 5 })
    await Promise.all(numbers(200).map(body => broker.publishTo(from, body)))
    await eventually(() => expect(one.bodies.length + two.bodies.length).toBe(200))
    expect(new Set([...one.bodies, ...two.bodies]).size).toBe(200)
    await Promise.all([one.consumer.close(), two.consumer.close()])
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 0]]))
  })

  it('confirms what is published right after a subscriber has gone, each time', async () => {
    const { broker, second } = fixture()
    const from = freshFanout()
    const stays = await collect(broker, { from })
    for (const body of numbers(20)) {
      const goes = await collect(second, { from })
      await goes.consumer.close()
      await broker.publishTo(from, body)
    }
    await eventually(() => expect(stays.bodies).toEqual(numbers(20)))
    await stays.consumer.close()
  })

  it.each([false, true])(
    'gives each exclusive subscriber everything from a fanout (durable: %s)',
    async durable => {
      const { broker, second } = fixture()
      const from = freshFanout(durable)
      const onSubscribed = vi.fn()
      const one = await collect(broker, { from, onSubscribed })
      const two = await collect(second, { from })
      expect(onSubscribed).toHaveBeenCalledOnce()
      await Promise.all(numbers(50).map(body => broker.publishTo(from, body)))
      await eventually(() => expect([one.bodies, two.bodies]).toEqual([numbers(50), numbers(50)]))
      await two.consumer.close()
      await broker.publishTo(from, 'after')
      await eventually(() => expect(one.bodies).toContain('after'))
      const late = await collect(second, { from })
      await broker.publishTo(from, 'last')
      await eventually(() => expect(late.bodies).toEqual(['last']))
      expect(two.bodies).toEqual(numbers(50))
      await Promise.all([one.consumer.close(), late.consumer.close()])
    },
  )

  it('delivers no more than the prefetch, and counts what is held as not waiting', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(10)) await broker.publishTo(from, body)
    const held = await collect(broker, { from, queue, prefetch: 3 }, { hold: true })
    await eventually(() => expect(held.bodies).toEqual(numbers(3)))
    await sleep(300)
    expect(held.bodies).toEqual(numbers(3))
    expect(await second.depths([queue])).toEqual(new Map([[queue, 7]]))
    expect((await second.peek(queue, 100))?.bodies.map(textOf)).toEqual(numbers(7, 3))
    await sleep(200)
    held.release()
    await eventually(() => expect(held.bodies.length).toBe(10))
    expect(held.bodies.toSorted()).toEqual(numbers(10))
    await held.consumer.close()
  })

  it('takes the settlement of a whole batch long after delivery', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    await Promise.all(numbers(1000).map(body => broker.publishTo(from, body)))
    const held = await collect(broker, { from, queue, prefetch: 1000 }, { hold: true })
    await eventually(() => expect(held.bodies).toEqual(numbers(1000)))
    await sleep(500)
    expect(await second.depths([queue])).toEqual(new Map([[queue, 0]]))
    held.release()
    await held.consumer.close()
    expect(await takeAll(second, queue)).toEqual([])
  })

  it('puts back in its place what is requeued, and marks it', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(4)) await broker.publishTo(from, body)
    const requeued = await collect(
      broker,
      { from, queue, prefetch: 1 },
      { outcome: ({ body, redelivered }) => (textOf(body) === '1' && !redelivered ? 'requeue' : 'ack') },
    )
    await eventually(() => expect(requeued.bodies).toEqual(['0', '1', '1', '2', '3']))
    expect(requeued.deliveries.map(delivery => delivery.redelivered)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ])
    await requeued.consumer.close()
    expect(await takeAll(second, queue)).toEqual([])
  })

  it('gives a message back a second later when its handler fails', async () => {
    const { broker } = fixture()
    const { from, queue } = await boundQueue(broker)
    await broker.publishTo(from, 'fails once')
    const times: number[] = []
    const consumer = await broker.subscribe({ from, queue, prefetch: 1 }, async () => {
      times.push(performance.now())
      if (times.length === 1) throw new Error('the database is unavailable')
      return 'ack'
    })
    await eventually(() => expect(times).toHaveLength(2))
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900)
    await consumer.close()
  })

  it('moves a dead letter to its queue, with a bounded reason and where it came from', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    const body = Buffer.from([0x7b, 0xff, 0x00])
    await broker.publishTo(from, body)
    await broker.publishTo(from, 'good')
    const reason = `not JSON:\n${'x'.repeat(5000)}`
    const dead = await collect(
      broker,
      { from, queue },
      { outcome: delivery => (textOf(delivery.body) === 'good' ? 'ack' : { deadLetter: reason }) },
    )
    await eventually(() => expect(dead.bodies).toHaveLength(2))
    await dead.consumer.close()
    expect(await second.depths([queue])).toEqual(new Map([[queue, 0]]))
    const letter = await second.take(DEAD_LETTER_QUEUE)
    expect(Buffer.from(letter?.body ?? [])).toEqual(body)
    expect(letter?.headers).toMatchObject({ 'x-exchange': from.exchange, 'x-queue': queue })
    expect(letter?.headers['x-reason']).toMatch(/^not JSON: x{100,500}$/)
    expect(await second.take(DEAD_LETTER_QUEUE)).toBeUndefined()
  })

  it('waits for the handlers under way when a consumer is closed, and gives the rest back in order', async () => {
    const { broker, second } = fixture()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(10)) await broker.publishTo(from, body)
    const held = await collect(broker, { from, queue, prefetch: 4 }, { hold: true })
    await eventually(() => expect(held.bodies).toEqual(numbers(4)))
    let closed = false
    const closing = held.consumer.close().then(() => {
      closed = true
    })
    await sleep(300)
    expect(closed).toBe(false)
    held.release()
    await closing
    expect(held.bodies).toEqual(numbers(4))
    expect(await takeAll(second, queue)).toEqual(numbers(6, 4))
  })

  it('gives what a killed process held to another consumer, in its place and marked', async () => {
    const { broker, second, engine } = fixture()
    const { from, queue } = await boundQueue(broker)
    for (const body of numbers(10)) await broker.publishTo(from, body)
    const victim = await startVictim(engine, { from, queue, prefetch: 5 })
    await eventually(() => expect(victim.held.slice(-5)).toEqual(numbers(5)))
    expect(await second.depths([queue])).toEqual(new Map([[queue, 5]]))
    await victim.kill()
    await eventually(async () => expect(await second.depths([queue])).toEqual(new Map([[queue, 10]])))
    const heir = await collect(broker, { from, queue })
    await eventually(() => expect(heir.bodies).toEqual(numbers(10)))
    expect(heir.deliveries.slice(0, 5).every(delivery => delivery.redelivered)).toBe(true)
    expect(heir.deliveries.slice(5).some(delivery => delivery.redelivered)).toBe(false)
    await heir.consumer.close()
  })
}
