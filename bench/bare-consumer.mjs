/**
 * What the library for RabbitMQ can do at best: takes COUNT messages off QUEUE with PREFETCH at once, acknowledges
 * each, and does nothing else. Prints the seconds from the first to the last.
 */
import { Connection } from 'rabbitmq-client'

const [url, queue, count, prefetch] = process.argv.slice(2)
const connection = new Connection(url)
let taken = 0
let first = 0
const consumer = connection.createConsumer(
  { queue, queueOptions: { durable: true }, qos: { prefetchCount: Number(prefetch) } },
  async () => {
    if (taken++ === 0) first = performance.now()
    if (taken < Number(count)) return
    process.stdout.write(`${(performance.now() - first) / 1000}\n`)
    // Not before this one is acknowledged
    setImmediate(async () => {
      await consumer.close()
      await connection.close()
    })
  },
)
