import { beforeEach } from 'vitest'
import type { Connect } from '../builders/brokers.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { cacheAmqpSuite } from '../daemons/cache-amqp.suite.ts'
import { describeWith, freshVhost, setTracing } from './harness/index.ts'

for (const tracing of [true, false]) {
  describeWith(['rabbitmq'], `cache-amqp on RabbitMQ with its trace ${tracing ? 'on' : 'off'}`, () => {
    let connect: Connect
    beforeEach(async () => {
      const vhost = await freshVhost()
      await setTracing(vhost, tracing)
      connect = rabbitmqAt(vhost)
    })
    cacheAmqpSuite(() => connect, { trace: 'auto', follows: tracing })
  })
}
