import { messageOf } from '../../../domain/errors.ts'
import type { Delivery, MessageTrace } from '../broker.ts'
import { followContinuity } from '../continuity.ts'
import { type EmbeddedConsumer, type EmbeddedParts, runEmbeddedConsumer } from './running-consumer.ts'

const PREFETCH = 1_000

/** The exchange that gets copies of the default exchange's messages: see the schema. */
export const TRACES = ''

/** A private queue that gets a copy of everything published to queues by name, with the name in a header. */
export function openEmbeddedTrace(
  parts: EmbeddedParts,
  name: string,
  onPublish: (queue: string, body: Uint8Array) => void,
): { readonly trace: MessageTrace; readonly consumer: EmbeddedConsumer } {
  const { queues, writes, log } = parts
  const continuity = followContinuity({
    sendCanary: id => writes.write(() => putCanary(id)),
    overflowed: async () => false,
  })

  function putCanary(id: string): void {
    const queue = consumer.queue()
    if (queue !== undefined) queues.put(queue, Buffer.from(id), { headers: { canary: true } })
  }

  async function settle({ body, headers }: Delivery): Promise<'ack'> {
    try {
      if (headers.canary === true) continuity.canaryReturned(Buffer.from(body).toString())
      else onPublish(String(headers.queue), body)
    } catch (error) {
      log.error({ err: messageOf(error) }, 'a traced message could not be handled')
    }
    return 'ack'
  }

  const consumer = runEmbeddedConsumer(parts, {
    title: 'the trace',
    prefetch: PREFETCH,
    exclusive: true,
    declare: session => {
      const queue = queues.declare(name, session)
      queues.bind(TRACES, queue)
      return queue
    },
    settle,
    deadLetter: () => undefined,
    onSubscribed: continuity.subscribed,
  })
  return { trace: { alive: continuity.alive, close: consumer.close }, consumer }
}
