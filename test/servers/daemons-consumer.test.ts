import { beforeEach } from 'vitest'
import type { Connect } from '../builders/brokers.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { consumerSuite } from '../daemons/consumer.suite.ts'
import { describeWith, freshVhost } from './harness/index.ts'

describeWith(['rabbitmq'], 'a consumer on RabbitMQ', () => {
  let connect: Connect
  beforeEach(async () => {
    connect = rabbitmqAt(await freshVhost())
  })
  consumerSuite(() => connect)
})
