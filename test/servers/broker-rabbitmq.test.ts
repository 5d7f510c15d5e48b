import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE, TESTCOMPLETE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { Conflict } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { brokerContract } from '../backends/broker.contract.ts'
import { collect, freshName, numbers, publishAll, textOf } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import { describeWith, freshVhost, type RabbitmqFacts, rabbitmqctl, setTracing } from './harness/index.ts'

describeWith(['rabbitmq'], 'the broker on RabbitMQ', () => {
  brokerContract('RabbitMQ', async () => {
    const { url: uri } = await freshVhost()
    const connect = () => rabbitmqBroker({ uri, log: silentLog })
    const [broker, second] = [connect(), connect()]
    return {
      broker,
      second,
      connect,
      engine: { uri },
      close: async () => void (await Promise.all([broker.close(), second.close()])),
    }
  })

  describe('beside other clients of the same broker', () => {
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

    it('declares exchanges with the flags of the workers, who are refused otherwise', async () => {
      const status = await collect(broker, { from: TESTSTATUS })
      const complete = await collect(broker, { from: TESTCOMPLETE, queue: 'autopkgtest-web.complete.1' })
      const worker = { type: 'fanout', autoDelete: false } as const
      await client.exchangeDeclare({ ...worker, exchange: 'teststatus.fanout', durable: false })
      await client.exchangeDeclare({ ...worker, exchange: 'testcomplete.fanout', durable: true })
      await client.queueDeclare({ queue: 'autopkgtest-web.complete.1', durable: true })
      const message = Buffer.from('{"running": true}')
      const publisher = client.createPublisher({ confirm: true })
      await publisher.send({ exchange: 'teststatus.fanout', durable: true }, message)
      await publisher.send({ exchange: 'testcomplete.fanout', durable: true }, message)
      await publisher.close()
      await eventually(() =>
        expect([status.bodies, complete.bodies]).toEqual([[String(message)], [String(message)]]),
      )
      await Promise.all([status.consumer.close(), complete.consumer.close()])
    })

    it('subscribes to exchanges that a worker declared before', async () => {
      const from = { exchange: freshName('worker.fanout'), durable: false }
      await client.exchangeDeclare({ ...from, type: 'fanout', autoDelete: false })
      const { consumer, bodies } = await collect(broker, { from })
      await broker.publishTo(from, 'x')
      await eventually(() => expect(bodies).toEqual(['x']))
      await consumer.close()
    })

    it('declares request queues as workers do, and says which one has other flags', async () => {
      await broker.declareQueues(['debci-noble-amd64', 'debci-ppa-noble-amd64'])
      const worker = { durable: true, autoDelete: false, exclusive: false }
      await client.queueDeclare({ ...worker, queue: 'debci-noble-amd64' })
      await client.queueDeclare({ ...worker, queue: 'debci-ppa-noble-amd64' })
      await client.queueDeclare({ queue: 'debci-odd', durable: false })
      await expect(broker.declareQueues(['debci-noble-s390x', 'debci-odd'])).rejects.toThrow(Conflict)
      await expect(broker.declareQueues(['debci-odd'])).rejects.toThrow(/debci-odd/)
      expect(await broker.depths(['debci-noble-amd64'])).toEqual(new Map([['debci-noble-amd64', 0]]))
    })

    it.each(['application/json', 'text/plain'])(
      'takes bodies of type %s byte for byte',
      async contentType => {
        const queue = freshName('debci-noble')
        await broker.declareQueues([queue])
        const body = Buffer.from([...Buffer.from('{"a":  1.0} '), 0xff])
        const publisher = client.createPublisher({ confirm: true })
        await publisher.send({ routingKey: queue, contentType }, body)
        await publisher.close()
        expect(Buffer.from((await broker.peek(queue, 1))?.bodies[0] ?? [])).toEqual(body)
        expect(Buffer.from((await broker.take(queue))?.body ?? [])).toEqual(body)
      },
    )

    it('asks about a missing queue again after half a minute, or sooner if it knows better', async () => {
      const queue = freshName('debci-late')
      const hasty = rabbitmqBroker({ uri: vhost.url, log: silentLog, recheckMissingMs: 300 })
      const missing = new Map([[queue, undefined]])
      expect([await broker.depths([queue]), await hasty.depths([queue])]).toEqual([missing, missing])
      await client.queueDeclare({ queue, durable: true })
      expect(await broker.depths([queue])).toEqual(missing)
      await eventually(async () => expect(await hasty.depths([queue])).toEqual(new Map([[queue, 0]])))
      await broker.publish(queue, 'there it is')
      expect(await broker.depths([queue])).toEqual(new Map([[queue, 1]]))
      await hasty.close()
    })

    it('consumes again after an operator has deleted its queue', async () => {
      const from = { exchange: freshName('fanout'), durable: true }
      const queue = freshName('deleted')
      const { consumer, bodies } = await collect(broker, { from, queue })
      await client.queueDelete(queue)
      await eventually(async () => {
        await broker.publishTo(from, 'x')
        expect(bodies.length).toBeGreaterThan(0)
      })
      await consumer.close()
    })

    it('puts dead letters away although an operator has deleted their queue', async () => {
      const from = { exchange: freshName('fanout'), durable: true }
      const dead = await collect(broker, { from }, { outcome: () => ({ deadLetter: 'no JSON' }) })
      for (const body of ['first', 'second']) {
        await broker.publishTo(from, body)
        await eventually(async () => expect(textOf((await broker.take(DEAD_LETTER_QUEUE))?.body)).toBe(body))
        await client.queueDelete(DEAD_LETTER_QUEUE)
      }
      expect(dead.bodies).toEqual(['first', 'second'])
      await dead.consumer.close()
    })

    it('says what stands in the way of a subscription, and takes it up once that is gone', async () => {
      const from = { exchange: freshName('fanout'), durable: true }
      await client.exchangeDeclare({ exchange: from.exchange, type: 'fanout', durable: false })
      const subscribing = collect(broker, { from })
      await eventually(async () => {
        expect(await broker.state()).toMatchObject({
          ok: false,
          reason: expect.stringContaining(from.exchange),
        })
      })
      await client.exchangeDelete({ exchange: from.exchange })
      const { consumer } = await subscribing
      await eventually(async () => expect(await broker.state()).toEqual({ ok: true }))
      await consumer.close()
    })

    it('keeps what a whole reading holds in order while workers take one by one', async () => {
      const queue = freshName('debci-busy')
      await broker.declareQueues([queue])
      await publishAll(broker, queue, numbers(5000))
      const channel = await client.acquire()
      const looks = Promise.all([
        broker.peek(queue, 100_000),
        broker.peek(queue, 100_000),
        broker.peek(queue, 20),
      ])
      for (let taken = 0; taken < 50; taken += 1) {
        const message = await channel.basicGet(queue)
        if (message !== undefined) channel.basicAck({ deliveryTag: message.deliveryTag })
      }
      await channel.close()
      await looks
      const rest = (await broker.peek(queue, 100_000))?.bodies.map(body => Number(textOf(body))) ?? []
      expect(rest.length).toBeGreaterThanOrEqual(4950)
      expect(rest).toEqual(rest.toSorted((a, b) => a - b))
    })

    it('gives a whole reading back at once, so that workers take the oldest of it', async () => {
      const queue = freshName('debci-deep')
      await broker.declareQueues([queue])
      await publishAll(broker, queue, numbers(10_000))
      const channel = await client.acquire()
      let looking = true
      const look = broker.peek(queue, 100_000).finally(() => {
        looking = false
      })
      for (let after = 0; looking || after < 50; after += looking ? 0 : 1) {
        const message = await channel.basicGet(queue)
        if (message !== undefined) channel.basicAck({ deliveryTag: message.deliveryTag })
      }
      await channel.close()
      const seen = (await look)?.bodies.map(textOf) ?? []
      const rest = (await broker.peek(queue, 100_000))?.bodies.map(textOf) ?? []
      expect(rest.length).toBeLessThan(seen.length)
      expect(rest).toEqual(seen.slice(-rest.length))
    })
  })

  describe('with the trace', () => {
    let vhost: RabbitmqFacts
    let broker: Broker

    beforeAll(async () => {
      vhost = await freshVhost()
      broker = rabbitmqBroker({ uri: vhost.url, log: silentLog })
      await broker.declareQueues(['debci-noble-amd64', 'debci-ppa-noble-amd64'])
    })
    afterAll(() => broker.close())

    it('says that the trace sees nothing while the trace is off, and shows all once it is on', async () => {
      const seen: string[] = []
      const trace = await broker.trace((queue, body) => seen.push(`${queue} ${textOf(body)}`))
      expect(await trace.alive(500)).toBe(false)
      await rabbitmqctl(vhost, 'trace_on', '-p', vhost.vhost)
      await broker.publish('debci-noble-amd64', 'between')
      expect(await trace.alive(5000)).toBe(false)
      expect(await trace.alive(5000)).toBe(true)
      seen.length = 0

      const other = rabbitmqBroker({ uri: vhost.url, log: silentLog })
      for (const number of numbers(100)) await other.publish('debci-noble-amd64', number)
      await other.publish('debci-ppa-noble-amd64', Buffer.from([0xff]), { headers: { a: 'b' } })
      await other.publishTo(TESTSTATUS, 'not for the trace')
      while (await other.take('debci-noble-amd64'));
      expect(await trace.alive(5000)).toBe(true)
      expect(seen).toEqual([
        ...numbers(100).map(number => `debci-noble-amd64 ${number}`),
        'debci-ppa-noble-amd64 \ufffd',
      ])
      await other.close()

      await setTracing(vhost, false)
      expect(await trace.alive(500)).toBe(false)
      await trace.close()
    })

    it('says once that something was missed when the trace had lost its queue', async () => {
      await setTracing(vhost, true)
      const trace = await broker.trace(() => undefined)
      expect(await trace.alive(5000)).toBe(true)
      await rabbitmqctl(vhost, 'close_all_connections', '--vhost', vhost.vhost, 'a test')
      await eventually(async () => expect(await broker.state()).toEqual({ ok: true }))
      expect(await trace.alive(2000)).toBe(false)
      await eventually(async () => expect(await trace.alive(2000)).toBe(true))
      await trace.close()
      await setTracing(vhost, false)
    })
  })
})
