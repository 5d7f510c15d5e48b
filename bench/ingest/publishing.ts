import { Connection } from 'rabbitmq-client'
import type { Fanout } from '../../src/backends/broker/broker.ts'
import type { RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'

/** How many messages wait for the broker's confirmation at once. */
const PARALLEL = 1000

/** The destination of messages: a fanout, with a durable queue bound to it if one is named; or a queue alone. */
export interface Destination {
  readonly fanout?: Fanout
  readonly queue?: string
}

/** Publishes all of these messages, and resolves when the broker has confirmed each. */
export async function publishAll(
  broker: Pick<RabbitmqFacts, 'url'>,
  { fanout, queue }: Destination,
  bodies: Iterable<string>,
): Promise<void> {
  const connection = new Connection(broker.url)
  const exchange = fanout?.exchange ?? ''
  const publisher = connection.createPublisher({
    confirm: true,
    ...(fanout === undefined
      ? {}
      : { exchanges: [{ exchange, type: 'fanout', durable: fanout.durable, autoDelete: false }] }),
    ...(queue === undefined ? {} : { queues: [{ queue, durable: true }] }),
    ...(fanout === undefined || queue === undefined ? {} : { queueBindings: [{ queue, exchange }] }),
  })
  const envelope = {
    exchange,
    durable: true,
    ...(fanout === undefined && queue ? { routingKey: queue } : {}),
  }
  let batch: Promise<void>[] = []
  for (const body of bodies) {
    batch.push(publisher.send(envelope, Buffer.from(body)))
    if (batch.length < PARALLEL) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
  await publisher.close()
  await connection.close()
}
