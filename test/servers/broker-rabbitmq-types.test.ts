import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Broker, DEAD_LETTER_QUEUE, TESTCOMPLETE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { silentLog } from '../../src/log.ts'
import { freshName } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import { callManagement, describeWith, freshVhost, type RabbitmqFacts } from './harness/index.ts'

describeWith(['rabbitmq'], 'our queues', () => {
  let vhost: RabbitmqFacts
  let broker: Broker
  let client: Connection

  beforeAll(async () => {
    vhost = await freshVhost()
    broker = rabbitmqBroker({ uri: vhost.url, log: silentLog })
    client = new Connection(vhost.url)
  })
  afterAll(async () => {
    await Promise.all([broker.close(), client.close()])
  })

  /** The types that queues were declared with; a virtual host may make another of those that say none. */
  const saidTypes = async (): Promise<Map<string, string | undefined>> => {
    const queues = await callManagement(vhost, 'GET', `queues/${vhost.vhost}`)
    return new Map(
      (queues as { name: string; arguments: Record<string, string> }[]).map(one => [
        one.name,
        one.arguments['x-queue-type'],
      ]),
    )
  }

  it('say that they are classic, so that no completion is lost for having been given back often', async () => {
    const queue = freshName('types')
    let given = 0
    const consumer = await broker.subscribe({ from: TESTCOMPLETE, queue, prefetch: 1 }, async () => {
      given += 1
      return given < 25 ? 'requeue' : 'ack'
    })
    const status = await broker.subscribe({ from: TESTSTATUS, prefetch: 1 }, async () => 'ack')
    await broker.publishTo(TESTCOMPLETE, '{}')
    await eventually(() => expect(given).toBe(25))
    await eventually(async () => {
      const types = await saidTypes()
      expect([types.get(queue), types.get(DEAD_LETTER_QUEUE)]).toEqual(['classic', 'classic'])
      expect(new Set(types.values())).toEqual(new Set(['classic']))
    })
    await Promise.all([consumer.close(), status.close()])
  })

  it.each([
    ['of no arguments', {}],
    ['of another type', { 'x-queue-type': 'quorum' }],
    ['with a length', { 'x-queue-type': 'classic', 'x-max-length': 1000 }],
  ] as const)('are taken as they are where somebody made them: %s', async (_, args) => {
    const queue = freshName('types')
    await client.queueDeclare({ queue, durable: true, arguments: args })
    const got: string[] = []
    const consumer = await broker.subscribe({ from: TESTCOMPLETE, queue, prefetch: 1 }, async ({ body }) => {
      got.push(Buffer.from(body).toString())
      return 'ack'
    })
    await broker.publishTo(TESTCOMPLETE, 'done')
    await eventually(() => expect(got).toEqual(['done']))
    await consumer.close()
  })

  it('are declared by a version before, too', async () => {
    const queue = freshName('types')
    const consumer = await broker.subscribe({ from: TESTCOMPLETE, queue, prefetch: 1 }, async () => 'ack')
    await expect(client.queueDeclare({ queue, durable: true })).resolves.toMatchObject({ queue })
    await consumer.close()
  })
})
