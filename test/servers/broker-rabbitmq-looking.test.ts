import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { parseRemovedRequest, printRemovedRequest } from '../../src/contracts/messages/removed-request.ts'
import { queueReader } from '../../src/daemons/live/queue-reader.ts'
import { silentLog } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'
import {
  type RemovedMessage,
  restoreQueuedRequests,
} from '../../src/operations/queues/restore-queued-requests.ts'
import { freshName, numbers, publishAll, takeAll, textOf } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import { callManagement, describeWith, freshVhost, type RabbitmqFacts, setTracing } from './harness/index.ts'

/** Every kind of queue that gives something away when it is looked into, and what is said of it. */
const COSTLY = [
  {
    kind: 'a quorum queue',
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 },
    reason: /quorum/,
  },
  {
    kind: 'a quorum queue with other arguments',
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 2,
      'x-max-length': 100,
      'x-dead-letter-exchange': '',
    },
    reason: /quorum/,
  },
  {
    kind: 'a quorum queue with a single active consumer',
    arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
    reason: /quorum|single active consumer/,
  },
  {
    kind: 'a queue with a single active consumer',
    arguments: { 'x-single-active-consumer': true, 'x-max-priority': 5 },
    reason: /single active consumer/,
  },
] as const

/** And those that do not mind. */
const FREE = [
  { kind: 'a plain queue', arguments: {} },
  { kind: 'one that says that it is classic', arguments: { 'x-queue-type': 'classic' } },
  { kind: 'one with priorities', arguments: { 'x-max-priority': 10 } },
  { kind: 'one that is no more than it says', arguments: { 'x-single-active-consumer': false } },
  {
    kind: 'one with much else',
    arguments: {
      'x-max-length': 1000,
      'x-message-ttl': 3_600_000,
      'x-overflow': 'reject-publish',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': "it's of type 'x'",
    },
  },
] as const

const request = (name: string) => `${name}\n{"triggers": ["${name}/1"]}`

describeWith(['rabbitmq'], 'looking into the queues of a RabbitMQ', () => {
  let vhost: RabbitmqFacts
  let broker: Broker
  let client: Connection

  beforeAll(async () => {
    vhost = await freshVhost()
    broker = rabbitmqBroker({ uri: vhost.url, log: silentLog })
    client = new Connection(vhost.url)
  })
  afterAll(async () => {
    await broker.close()
    await client.close()
  })

  it.each(COSTLY)('never looks into $kind, and says why', async ({ arguments: args, reason }) => {
    const queue = freshName('debci-noble-amd64')
    await client.queueDeclare({ queue, durable: true, arguments: args })
    await publishAll(broker, queue, numbers(3))
    for (let look = 0; look < 5; look += 1) {
      const unread = expect.stringMatching(reason)
      expect(await broker.peek(queue, 20)).toEqual({ depth: 3, bodies: [], unread })
      const filter = { takesOut: () => true, keep: async () => {} }
      expect(await broker.purge(queue, filter)).toEqual({ depth: 3, seen: 0, removed: [], unread })
    }
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 3]]))
    // Consumed, as nothing can be taken one by one from a quorum queue with a single active consumer
    const bodies: string[] = []
    const consumer = client.createConsumer({ queue, queueOptions: { passive: true } }, async ({ body }) => {
      bodies.push(textOf(body) ?? '')
    })
    await eventually(() => expect(bodies).toEqual(numbers(3)))
    await consumer.close()
  })

  it('never looks into a stream', async () => {
    const queue = freshName('debci-stream')
    await client.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'stream' } })
    expect(await broker.peek(queue, 20)).toMatchObject({
      bodies: [],
      unread: expect.stringMatching(/stream/),
    })
  })

  it.each(FREE)('looks into $kind', async ({ arguments: args }) => {
    const queue = freshName('debci-noble-amd64')
    await client.queueDeclare({ queue, durable: true, arguments: args })
    await publishAll(broker, queue, numbers(3))
    const peek = await broker.peek(queue, 20)
    expect([peek?.unread, peek?.bodies.map(textOf)]).toEqual([undefined, numbers(3)])
  })

  it('never looks into a queue that is deleted with its last consumer', async () => {
    const queue = freshName('debci-auto')
    await client.queueDeclare({ queue, durable: true, autoDelete: true })
    await broker.publish(queue, 'x')
    expect(await broker.peek(queue, 20)).toEqual({
      depth: 1,
      bodies: [],
      unread: expect.stringMatching(/deleted/),
    })
    expect(await takeAll(broker, queue)).toEqual(['x'])
  })

  it('makes no queue where there is none', async () => {
    const queue = freshName('debci-none')
    expect(await broker.peek(queue, 20)).toBeUndefined()
    expect(await broker.purge(queue, { takesOut: () => true, keep: async () => {} })).toBeUndefined()
    await expect(client.queueDeclare({ queue, passive: true })).rejects.toThrow('NOT_FOUND')
  })

  it('finds out again when a queue was deleted and made again as another', async () => {
    const queue = freshName('debci-noble-amd64')
    await client.queueDeclare({ queue, durable: true })
    await broker.publish(queue, 'x')
    expect((await broker.peek(queue, 20))?.bodies).toHaveLength(1)
    await client.queueDelete(queue)
    await client.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await broker.publish(queue, 'y')
    await eventually(async () => {
      const peek = await broker.peek(queue, 20)
      expect([peek?.depth, peek?.unread]).toEqual([1, expect.stringMatching(/quorum/)])
    })
  })

  it('looks where the broker tells nothing only if it is told to, and nowhere if it is told not to', async () => {
    const user = { ...vhost, user: freshName('reader'), password: 'secret' }
    await callManagement(vhost, 'PUT', `users/${user.user}`, { password: user.password, tags: '' })
    const rights = { configure: 'nothing', write: '.*', read: '.*' }
    await callManagement(vhost, 'PUT', `permissions/${vhost.vhost}/${user.user}`, rights)
    const queue = freshName('debci-noble-amd64')
    await broker.declareQueues([queue])
    await broker.publish(queue, 'x')
    const uri = vhost.url.replace(`${vhost.user}:${vhost.password}`, `${user.user}:${user.password}`)
    const looks = []
    // One after the other: who looks takes the message for a moment, which nobody else can count then
    for (const look of ['auto', 'yes', 'no'] as const) {
      const one = rabbitmqBroker({ uri, log: silentLog, look })
      const peek = await one.peek(queue, 20)
      await one.close()
      looks.push([look, peek?.depth, peek?.bodies.length, peek?.unread !== undefined])
    }
    expect(looks).toEqual([
      ['auto', 1, 0, true],
      ['yes', 1, 1, false],
      ['no', 1, 0, true],
    ])
  })

  it('puts what was removed back into its place among others, by its priority', async () => {
    const queue = 'debci-ppa-noble-amd64'
    await client.queueDeclare({ queue, durable: true, arguments: { 'x-max-priority': 10 } })
    const publisher = client.createPublisher({ confirm: true })
    for (const [name, priority] of [
      ['low', 0],
      ['urgent', 9],
      ['high', 5],
    ] as const) {
      const ours = { type: 'request', appId: 'britney', headers: { 'x-attempt': priority } }
      await publisher.send(
        { routingKey: queue, durable: true, priority, ...ours },
        Buffer.from(request(name)),
      )
    }
    await publisher.close()
    const lines: string[] = []
    await broker.purge(queue, {
      takesOut: ({ body }) => textOf(body)?.startsWith('high') === true,
      keep: async removed => void lines.push(...removed.map(one => printRemovedRequest({ queue, ...one }))),
    })
    const kept = lines.map(line => parseRemovedRequest(line)) as RemovedMessage[]
    const state = { requests: { byUuid: async () => undefined, published: async () => {} } }
    expect(await restoreQueuedRequests({ broker, state }, kept)).toMatchObject({ restored: 1, waiting: 0 })
    const taken = []
    for (let one = await broker.take(queue); one !== undefined; one = await broker.take(queue))
      taken.push(one)
    expect(taken.map(({ body }) => textOf(body)?.split('\n')[0])).toEqual(['urgent', 'high', 'low'])
    expect(taken[1]).toMatchObject({
      headers: { 'x-attempt': 5 },
      properties: { priority: 5, type: 'request', appId: 'britney' },
    })
  })

  it('puts back who published it only where that is who the service is there, as all else is refused', async () => {
    const queue = 'debci-ppa-noble-armhf'
    await client.queueDeclare({ queue, durable: true })
    const own = vhost.user
    const properties = { messageId: 'm-1', appId: 'britney' }
    const put = async (userId: string) => {
      await broker.publish(queue, userId, { properties: { ...properties, userId } })
      return (await broker.take(queue))?.properties
    }
    expect(await put(own)).toEqual({ ...properties, userId: own })
    expect(await put('somebody else')).toEqual(properties)
  })

  it('knows what is published to a queue that it does not look into by the trace, and how much waits by its depth', async () => {
    const queue = 'debci-noble-amd64'
    await client.queueDeclare({
      queue,
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 },
    })
    await broker.publish(queue, request('before'))
    await setTracing(vhost, true)
    const settings = {
      releases: ['noble'],
      arches: ['amd64'],
      trace: 'auto',
      completeQueue: undefined,
    } as const
    const reader = queueReader(
      { backends: { broker }, settings, metrics: openMetrics(), log: silentLog } as never,
      'cache-amqp',
      { releases: [], arches: [], queues: {} },
    )
    const read = async () => (await reader.read(performance.now())).queues.ubuntu?.noble?.amd64
    const unread = expect.stringMatching(/quorum/)
    await eventually(async () => expect(await read()).toEqual({ size: 1, requests: [], unread }))
    for (const name of ['one', 'two']) await broker.publish(queue, request(name))
    expect(await read()).toMatchObject({ size: 3, requests: [], unread })
    expect(textOf((await broker.take(queue))?.body)).toBe(request('before'))
    await eventually(async () => expect(await read()).toMatchObject({ size: 2 }))
    expect((await read())?.requests.map(body => body.split('\n')[0])).toEqual(['one', 'two'])
    for (let look = 0; look < 5; look += 1) await read()
    expect(await takeAll(broker, queue)).toEqual([request('one'), request('two')])
    await reader.close()
    await setTracing(vhost, false)
  })
})
