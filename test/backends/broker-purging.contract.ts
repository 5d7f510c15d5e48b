import { expect, it } from 'vitest'
import type { Broker, PurgeFilter, Waiting } from '../../src/backends/broker/broker.ts'
import { eventually } from '../eventually.ts'
import {
  type BrokerFixture,
  boundQueue,
  collect,
  freshName,
  numbers,
  publishAll,
  REAL_FAILURES,
  takeAll,
  textOf,
} from './broker-fixture.ts'

async function freshQueue(broker: Broker, bodies: readonly string[]): Promise<string> {
  const queue = freshName('debci-noble-amd64')
  await broker.declareQueues([queue])
  await publishAll(broker, queue, bodies)
  return queue
}

const isEven = ({ body }: Waiting): boolean => Number(textOf(body)) % 2 === 0
const evens: PurgeFilter = { takesOut: isEven, keep: async () => {} }

/** Taking some messages out of a queue, as operators do with requests that nobody wants any more. */
export function purgeContract(fixture: () => BrokerFixture): void {
  it('takes out what it is told to, oldest first, and leaves the rest in its order', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, numbers(300))
    const kept: (string | undefined)[] = []
    const purged = await second.purge(queue, {
      takesOut: isEven,
      keep: async removed => void kept.push(...removed.map(({ body }) => textOf(body))),
    })
    const expected = numbers(300).filter(number => Number(number) % 2 === 0)
    expect(kept).toEqual(expected)
    expect(purged?.removed.map(({ body }) => textOf(body))).toEqual(expected)
    expect([purged?.seen, purged?.depth]).toEqual([300, 300])
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 150]]))
    expect(await takeAll(broker, queue)).toEqual(numbers(300).filter(number => Number(number) % 2 === 1))
  })

  it('hands over headers and bytes as they were, so that they can be put back', async () => {
    const { broker } = fixture()
    const queue = await freshQueue(broker, [])
    await broker.publish(queue, Buffer.from([0xff, 0, 0x0a]), { headers: { 'x-attempt': 2 } })
    const purged = await broker.purge(queue, { takesOut: () => true, keep: async () => {} })
    expect(purged?.removed).toHaveLength(1)
    expect(purged?.removed[0]?.headers).toEqual({ 'x-attempt': 2 })
    expect(Buffer.from(purged?.removed[0]?.body ?? [])).toEqual(Buffer.from([0xff, 0, 0x0a]))
    expect(await broker.take(queue)).toBeUndefined()
  })

  it('puts back headers of bytes with the same bytes', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, [])
    const headers = { 'x-key': Buffer.from('naïve'), 'x-list': [Buffer.from('a'), { b: Buffer.from('c') }] }
    await broker.publish(queue, 'x', { headers })
    const [removed] =
      (await second.purge(queue, { takesOut: () => true, keep: async () => {} }))?.removed ?? []
    await broker.publish(queue, removed?.body ?? '', removed)
    const { 'x-key': key, 'x-list': list } = (await broker.take(queue))?.headers ?? {}
    const [first, { b }] = list as [string, { b: string }]
    // RabbitMQ's client sends them as texts, which are the same bytes there
    expect([key as string, first, b].map(value => Buffer.from(value).toString())).toEqual(['naïve', 'a', 'c'])
  })

  it('hands over every property of a message, and puts it back with them', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, [])
    const properties = {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      priority: 5,
      correlationId: 'c-1',
      replyTo: 'somebody',
      expiration: '3600000',
      messageId: 'm-1',
      timestamp: 1_764_000_000,
      type: 'request',
      appId: 'britney',
      transient: true,
    } as const
    const headers = { 'x-attempt': 2 }
    await broker.publish(queue, '{"a":  1}', { headers, properties })
    for (const by of [second, broker]) {
      const [removed] = (await by.purge(queue, { takesOut: () => true, keep: async () => {} }))?.removed ?? []
      expect([textOf(removed?.body), removed?.headers, removed?.properties]).toEqual([
        '{"a":  1}',
        headers,
        properties,
      ])
      await broker.publish(queue, removed?.body ?? '', removed)
    }
    expect(await broker.take(queue)).toMatchObject({ headers, properties })
  })

  it.each(REAL_FAILURES)(
    'takes nothing out, and changes no order, when it cannot be kept: %s',
    async (_, e) => {
      const { broker, second } = fixture()
      const queue = await freshQueue(broker, numbers(50))
      const keep = () => Promise.reject(e)
      await expect(broker.purge(queue, { takesOut: isEven, keep })).rejects.toThrow(e.message)
      await eventually(async () => expect((await broker.depths([queue])).get(queue)).toBe(50))
      expect(await takeAll(second, queue)).toEqual(numbers(50))
    },
  )

  it('gives all of it back, in order, when the process goes away before it is kept', async () => {
    const { broker, connect } = fixture()
    const queue = await freshQueue(broker, numbers(50))
    const victim = connect()
    const keeping = new Promise<void>(resolve => {
      const keep = () => {
        resolve()
        return new Promise<never>(() => {})
      }
      victim.purge(queue, { takesOut: isEven, keep }).catch(() => {})
    })
    await keeping
    expect((await broker.depths([queue])).get(queue)).toBeLessThanOrEqual(25)
    await victim.close()
    await eventually(async () => expect(await broker.depths([queue])).toEqual(new Map([[queue, 50]])))
    expect(await takeAll(broker, queue)).toEqual(numbers(50))
  })

  it('does not look at what a consumer holds', async () => {
    const { broker, second } = fixture()
    const subscription = await boundQueue(broker)
    for (const body of numbers(6)) await broker.publishTo(subscription.from, body)
    const worker = await collect(broker, { ...subscription, prefetch: 2 }, { hold: true })
    await eventually(() => expect(worker.bodies).toEqual(['0', '1']))
    const purged = await second.purge(subscription.queue, evens)
    expect(purged?.removed.map(({ body }) => textOf(body))).toEqual(['2', '4'])
    worker.release()
    await eventually(() => expect(worker.bodies).toEqual(['0', '1', '3', '5']))
    await worker.consumer.close()
  })

  it('loses and doubles nothing while others publish and take', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, numbers(4500))
    const taken: string[] = []
    const purging = second.purge(queue, evens)
    await broker.publish(queue, '4501')
    for (let count = 0; count < 5; count += 1) {
      const delivery = await broker.take(queue)
      if (delivery !== undefined) taken.push(textOf(delivery.body) as string)
    }
    const removed = (await purging)?.removed.map(({ body }) => textOf(body) as string) ?? []
    const rest = await takeAll(broker, queue)
    expect([...taken, ...removed, ...rest].map(Number).sort((a, b) => a - b)).toEqual(
      [...numbers(4500), '4501'].map(Number),
    )
    expect(removed.length).toBeGreaterThan(2200)
    expect(rest.map(Number)).toEqual(rest.map(Number).toSorted((a, b) => a - b))
  })

  it('says what there is to say of a queue that is empty, and of one that is not there', async () => {
    const { broker } = fixture()
    expect(await broker.purge(freshName('debci-none'), evens)).toBeUndefined()
    expect(await broker.purge(await freshQueue(broker, []), evens)).toEqual({
      depth: 0,
      seen: 0,
      removed: [],
    })
  })
}
