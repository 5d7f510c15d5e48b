import { expect, it } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE } from '../../src/backends/broker/broker.ts'
import { BadInput, Conflict, Unavailable } from '../../src/domain/errors.ts'
import {
  type BrokerFixture,
  freshFanout,
  freshName,
  numbers,
  publishAll,
  REAL_FAILURES,
  takeAll,
  textOf,
} from './broker-fixture.ts'

async function freshQueue(broker: Broker, bodies: readonly string[] = []): Promise<string> {
  const queue = freshName('debci-noble-amd64')
  await broker.declareQueues([queue])
  await publishAll(broker, queue, bodies)
  return queue
}

/** Publishing, taking and looking, as the website and the operators' commands do. */
export function queueContract(fixture: () => BrokerFixture): void {
  it('gives what was published to another connection, in order, and nothing twice', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker)
    await broker.publish(queue, 'hello\n{"triggers": ["hello/1"]}', { headers: { origin: 'test', count: 3 } })
    await broker.publish(queue, 'second')
    const first = await second.take(queue)
    expect(textOf(first?.body)).toBe('hello\n{"triggers": ["hello/1"]}')
    expect(first).toMatchObject({ redelivered: false, headers: { origin: 'test', count: 3 } })
    expect(textOf((await second.take(queue))?.body)).toBe('second')
    expect(await second.take(queue)).toBeUndefined()
    expect(await broker.take(queue)).toBeUndefined()
  })

  it.each(REAL_FAILURES)('leaves a message where it was if it cannot be kept: %s', async (_, failure) => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, numbers(2))
    const full = () => {
      throw failure
    }
    await expect(broker.take(queue, full)).rejects.toThrow(failure.message)
    await expect.poll(async () => (await broker.depths([queue])).get(queue)).toBe(2)
    const kept: (string | undefined)[] = []
    for (const _ of numbers(3)) await second.take(queue, ({ body }) => void kept.push(textOf(body)))
    expect(kept).toEqual(numbers(2))
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 0]]))
  })

  it.each(REAL_FAILURES)('lets everything else that is asked for at once succeed: %s', async (_, failure) => {
    const { broker, second } = fixture()
    const [queue, other] = [await freshQueue(broker, ['kept', 'next']), await freshQueue(broker)]
    const full = () => {
      throw failure
    }
    const [before, taken, after] = await Promise.allSettled([
      broker.publish(other, 'before'),
      broker.take(queue, full),
      broker.publish(other, 'after'),
    ])
    expect([before.status, taken.status, after.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await takeAll(second, other)).toEqual(['before', 'after'])
    await expect.poll(async () => (await broker.depths([queue])).get(queue)).toBe(2)
    expect(await takeAll(second, queue)).toEqual(['kept', 'next'])
  })

  it('keeps what was published after the publisher has gone', async () => {
    const { connect } = fixture()
    const publisher = connect()
    const queue = await freshQueue(publisher, numbers(3))
    await publisher.close()
    const later = connect()
    expect(await takeAll(later, queue)).toEqual(numbers(3))
    await later.close()
  })

  it('confirms two thousand publishes at once, and has each exactly once', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker)
    await Promise.all(numbers(2000).map(body => broker.publish(queue, body)))
    expect(await second.depths([queue])).toEqual(new Map([[queue, 2000]]))
    const peek = await second.peek(queue, 10_000)
    expect(peek?.bodies.map(textOf)).toEqual(numbers(2000))
  })

  it('says so when no queue takes a request, and names it', async () => {
    const { broker } = fixture()
    const missing = freshName('debci-noble-riscv64')
    await expect(broker.publish(missing, 'lost?')).rejects.toThrow(Unavailable)
    await expect(broker.publish(missing, 'lost?')).rejects.toThrow(missing)
    await broker.declareQueues([missing])
    await broker.publish(missing, 'not lost')
    expect(await takeAll(broker, missing)).toEqual(['not lost'])
  })

  it('drops what no queue takes when nobody insists', async () => {
    const { broker } = fixture()
    const missing = freshName('debci-noble-none')
    await broker.publish(missing, 'dropped', { mandatory: false })
    await broker.declareQueues([missing])
    expect(await broker.take(missing)).toBeUndefined()
  })

  it.each([
    ['an empty body', Buffer.alloc(0)],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['text that is not UTF-8', Buffer.from([0x68, 0xff, 0xfe, 0xc3])],
    ['JSON with blanks that a parser would lose', Buffer.from('{"a":  1.0 ,"b":1e3}\n')],
    ['one megabyte', Buffer.alloc(1024 * 1024, 'x\0é')],
    ['a body as large as two AMQP frames', Buffer.alloc(2 * 8192, 'y')],
  ])('hands on %s byte for byte', async (_, body) => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker)
    await broker.publish(queue, body)
    expect(Buffer.compare((await second.peek(queue, 5))?.bodies[0] ?? Buffer.from('none'), body)).toBe(0)
    expect(Buffer.compare((await second.take(queue))?.body ?? Buffer.from('none'), body)).toBe(0)
  })

  it('refuses names that would be cut, and names of nothing', async () => {
    const { broker } = fixture()
    const long = 'q'.repeat(256)
    await expect(broker.publish(long, '')).rejects.toThrow(BadInput)
    await expect(broker.publish('', '')).rejects.toThrow(BadInput)
    await expect(broker.declareQueues(['good', ''])).rejects.toThrow(BadInput)
    await expect(broker.declareQueues([long])).rejects.toThrow(BadInput)
    const subscription = { from: freshFanout(), queue: '', prefetch: 1 }
    await expect(broker.subscribe(subscription, async () => 'ack')).rejects.toThrow(BadInput)
    expect(await broker.depths([long, ''])).toEqual(
      new Map([
        [long, undefined],
        ['', undefined],
      ]),
    )
    expect(await broker.peek(long, 5)).toBeUndefined()
    expect(await broker.peek('', 5)).toBeUndefined()
    expect(await broker.take('')).toBeUndefined()
  })

  it('counts many queues at once, missing ones among them', async () => {
    const { broker, second } = fixture()
    const queues = numbers(60).map(number => freshName(`debci-${number}`))
    await broker.declareQueues(queues.filter((_, index) => index % 3 !== 0))
    await Promise.all(
      queues.map((queue, index) => broker.publish(queue, 'x', { mandatory: index % 3 !== 0 })),
    )
    await publishAll(broker, queues[1] ?? '', numbers(150))
    const depths = await second.depths([...queues, queues[0] ?? ''])
    expect([...depths.keys()]).toEqual(queues)
    expect([...depths.values()].map(depth => depth ?? 'none').slice(0, 6)).toEqual([
      'none',
      151,
      1,
      'none',
      1,
      1,
    ])
    expect([...depths.values()].filter(depth => depth === undefined)).toHaveLength(20)
    expect(await second.depths([])).toEqual(new Map())
  })

  it('sees a queue that it declared itself at once, although it was missing before', async () => {
    const { broker } = fixture()
    const queue = freshName('debci-noble-new')
    expect(await broker.depths([queue])).toEqual(new Map([[queue, undefined]]))
    await broker.declareQueues([queue, queue])
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 0]]))
  })

  it('looks at the head without changing order or depth, as often as one likes', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, numbers(300))
    for (let look = 0; look < 3; look += 1) {
      const peek = await second.peek(queue, 20)
      expect(peek?.depth).toBe(300)
      expect(peek?.bodies.map(textOf)).toEqual(numbers(20))
      expect(await broker.depths([queue])).toEqual(new Map([[queue, 300]]))
    }
    expect(textOf((await broker.take(queue))?.body)).toBe('0')
    expect((await second.peek(queue, 1))?.bodies.map(textOf)).toEqual(['1'])
    expect((await second.peek(queue, 0))?.bodies).toEqual([])
    expect(await takeAll(broker, queue)).toEqual(numbers(299, 1))
  })

  it('looks at a whole queue while others take from it and publish to it', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker, numbers(3000))
    const taken: string[] = []
    const looking = second.peek(queue, 100_000)
    await broker.publish(queue, 'late')
    for (let count = 0; count < 5; count += 1) {
      const delivery = await broker.take(queue)
      if (delivery !== undefined) taken.push(Buffer.from(delivery.body).toString())
    }
    const peek = await looking
    const seen = peek?.bodies.map(textOf) ?? []
    expect(peek?.depth).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(2990)
    const rest = await takeAll(broker, queue)
    const everything = [...numbers(3000), 'late']
    expect([...taken, ...rest].sort()).toEqual(everything.toSorted())
    expect(rest).toEqual(everything.filter(body => !taken.includes(body)))
  })

  it('shows no more than 64 MiB of a queue, and leaves all of it there', async () => {
    const { broker, second } = fixture()
    const queue = await freshQueue(broker)
    for (let count = 0; count < 20; count += 1)
      await broker.publish(queue, Buffer.alloc(4 * 1024 * 1024, count))
    const peek = await second.peek(queue, 1000)
    expect(peek?.depth).toBe(20)
    expect(peek?.bodies.map(body => body[0])).toEqual(numbers(16).map(Number))
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 20]]))
    expect((await broker.take(queue))?.body[0]).toBe(0)
  })

  it('answers undefined for a look at a queue that is not there, and an empty look for an empty one', async () => {
    const { broker } = fixture()
    expect(await broker.peek(freshName('debci-none'), 10)).toBeUndefined()
    expect(await broker.take(freshName('debci-none'))).toBeUndefined()
    expect(await broker.peek(await freshQueue(broker), 10)).toEqual({ depth: 0, bodies: [] })
  })

  it('takes publishes to a fanout that nobody is bound to, and none with other flags', async () => {
    const { broker, second } = fixture()
    const fanout = freshFanout(true)
    await broker.publishTo(fanout, 'nobody hears')
    await second.publishTo(fanout, 'nobody hears')
    await expect(second.publishTo({ ...fanout, durable: false }, 'x')).rejects.toThrow(Conflict)
    await second.publishTo(fanout, 'still works')
  })

  it('says that it is there, and after closing that it is not', async () => {
    const { connect, broker } = fixture()
    const other = connect()
    await other.publish(await freshQueue(broker), 'x')
    expect(await other.state()).toEqual({ ok: true })
    await other.close()
    await other.close()
    expect(await other.state()).toMatchObject({
      ok: false,
      reason: expect.any(String),
      since: expect.any(Date),
    })
    await expect(other.publish(DEAD_LETTER_QUEUE, 'x')).rejects.toThrow(Unavailable)
    await expect(other.depths(['x'])).rejects.toThrow(Unavailable)
    expect(await broker.state()).toEqual({ ok: true })
  })
}
