import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from 'rabbitmq-client'

/** Where workers say that a test has completed; declared with the flags that they use. */
const COMPLETE = {
  exchange: 'testcomplete.fanout',
  type: 'fanout',
  durable: true,
  autoDelete: false,
} as const

/** Where they say how far a test has come. */
const STATUS = { exchange: 'teststatus.fanout', type: 'fanout', durable: false, autoDelete: false } as const

/** How far a test has come. */
export const A_REPORT = {
  release: 'noble',
  architecture: 'amd64',
  package: 'hello',
  running: true,
  params: { triggers: ['hello/1'] },
  duration: 10,
  logtail: 'line\n',
}

/** What the workers of a service do to its broker, and those who ask for tests, by a client of their own. */
export interface Worker {
  /** Publishes a message until the broker confirms it; one that was lost on the way may so come twice. */
  complete(body: string): Promise<void>
  /** Reports on a test that runs. */
  report(body: string): Promise<void>
  /** Makes a queue as workers do, and puts requests into it. */
  enqueue(queue: string, bodies: readonly string[]): Promise<void>
  /** Takes all that waits in a queue. */
  drain(queue: string): Promise<{ body: string; headers: Record<string, unknown> }[]>
  close(): Promise<void>
}

export async function connectWorker({ url }: { readonly url: string }): Promise<Worker> {
  const connection = new Connection({ url, retryLow: 100, retryHigh: 1000, heartbeat: 20 })
  connection.on('error', () => {}) // it connects again by itself
  const publisher = connection.createPublisher({ confirm: true, exchanges: [COMPLETE, STATUS] })
  return {
    async complete(body) {
      const envelope = { exchange: COMPLETE.exchange, durable: true }
      for (;;) {
        try {
          return await publisher.send(envelope, Buffer.from(body))
        } catch {
          await sleep(200)
        }
      }
    },
    report: body => publisher.send({ exchange: STATUS.exchange, durable: true }, Buffer.from(body)),
    async enqueue(queue, bodies) {
      await connection.queueDeclare({ queue, durable: true, autoDelete: false, exclusive: false })
      for (const body of bodies) await publisher.send({ routingKey: queue, durable: true }, Buffer.from(body))
    },
    async drain(queue) {
      const found: { body: string; headers: Record<string, unknown> }[] = []
      for (;;) {
        const message = await connection.basicGet({ queue, noAck: true })
        if (message === undefined) return found
        found.push({ body: Buffer.from(message.body).toString('utf8'), headers: message.headers ?? {} })
      }
    },
    async close() {
      await publisher.close()
      await connection.close()
    },
  }
}
