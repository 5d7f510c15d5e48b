import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Broker, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { Unavailable, Unconfirmed } from '../../src/domain/errors.ts'
import { silentLog } from '../../src/log.ts'
import { collect, freshFanout, freshName, takeAll } from '../backends/broker-fixture.ts'
import { eventually } from '../eventually.ts'
import {
  describeWith,
  type RabbitmqFacts,
  rabbitmqctl,
  type ServerControl,
  startRabbitmq,
} from './harness/index.ts'

/** What `rabbitmqctl` can make a broker believe of its memory, so that it takes no messages, and takes them again. */
const [FULL, ROOMY] = ['0.000001', '0.6']

describeWith(['rabbitmq'], 'the broker on a RabbitMQ that is short of memory', () => {
  let server: RabbitmqFacts & ServerControl
  let broker: Broker

  const letMemoryBe = (share: string) => rabbitmqctl(server, 'set_vm_memory_high_watermark', share)

  beforeAll(async () => {
    server = await startRabbitmq()
  })
  afterAll(() => server.stop())
  beforeEach(() => {
    broker = rabbitmqBroker({ uri: server.url, log: silentLog })
  })
  afterEach(async () => {
    await letMemoryBe(ROOMY)
    await broker.close()
  })

  it('says at once that nothing is taken, sends none of it later, and reads on', async () => {
    const [queue, from] = [freshName('debci-noble-amd64'), freshFanout()]
    const { consumer } = await collect(broker, { from, queue: freshName('complete') })
    await broker.declareQueues([queue])
    await broker.publish(queue, 'before')
    await letMemoryBe(FULL)
    // What was confirmed a moment ago stands for what comes now
    await new Promise(resolve => setTimeout(resolve, 1100))
    for (const body of ['one', 'two', 'three']) {
      const refused = await broker.publish(queue, body).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(Unavailable)
      expect(refused).not.toBeInstanceOf(Unconfirmed)
      expect(String(refused)).toMatch(/accepts no messages/)
    }
    await expect(broker.publishTo(TESTSTATUS, 'x')).rejects.toThrow(/accepts no messages/)
    expect(await broker.state()).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/accepts no messages/),
    })
    expect(await broker.depths([queue])).toEqual(new Map([[queue, 1]]))
    expect((await broker.peek(queue, 20))?.bodies).toHaveLength(1)
    expect(await takeAll(broker, queue)).toEqual(['before'])

    await letMemoryBe(ROOMY)
    await eventually(async () => expect(await broker.state()).toEqual({ ok: true }))
    await broker.publish(queue, 'after')
    expect(await takeAll(broker, queue)).toEqual(['after'])
    await consumer.close()
  })

  it('says soon of what it has sent a moment before that nobody knows', async () => {
    const queue = freshName('debci-noble-amd64')
    await broker.declareQueues([queue])
    let settled: 'taken' | 'unknown' | 'refused' = 'taken'
    const filling = letMemoryBe(FULL)
    // Each is taken, refused or, for the one that was under way when the memory was full, unknown; none hangs
    while (settled !== 'refused') {
      settled = await broker.publish(queue, 'x').then(
        () => 'taken',
        error => (error instanceof Unconfirmed ? 'unknown' : 'refused'),
      )
    }
    await filling
    expect(await broker.depths([queue])).toEqual(new Map([[queue, expect.any(Number)]]))
  })
})
