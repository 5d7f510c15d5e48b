/**
 * The best that the library for RabbitMQ can do: takes COUNT messages of a fanout, PREFETCH at once, and only
 * acknowledges them, as many with one frame as the daemons do: once per turn of the event loop. They come from QUEUE
 * if it is given, otherwise from a queue that disappears with the connection. Prints a line when it has subscribed,
 * and one after the last.
 */
import { Connection } from 'rabbitmq-client'

const [url, exchange, durable, count, prefetch, queue] = process.argv.slice(2)
const connection = new Connection(url)
const channel = await connection.acquire()
await channel.exchangeDeclare({ exchange, type: 'fanout', durable: durable === 'durable', autoDelete: false })
const declared = await channel.queueDeclare(
  queue === undefined ? { exclusive: true, autoDelete: true } : { queue, durable: true },
)
await channel.queueBind({ queue: declared.queue, exchange })
await channel.basicQos({ prefetchCount: Number(prefetch) })

let taken = 0
let last = 0

async function acknowledge() {
  channel.basicAck({ deliveryTag: last, multiple: true })
  last = 0
  if (taken < Number(count)) return
  process.stdout.write('done\n')
  await channel.close()
  await connection.close()
}

await channel.basicConsume({ queue: declared.queue }, message => {
  taken++
  if (last === 0) setImmediate(acknowledge)
  last = message.deliveryTag
})
process.stdout.write('subscribed\n')
