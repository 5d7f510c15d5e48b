import { beforeEach } from 'vitest'
import type { Connect } from '../builders/brokers.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { statusCollectorSuite } from '../daemons/amqp-status-collector.suite.ts'
import { describeWith, freshVhost } from './harness/index.ts'

describeWith(['rabbitmq'], 'amqp-status-collector on RabbitMQ', () => {
  let connect: Connect
  beforeEach(async () => {
    connect = rabbitmqAt(await freshVhost())
  })
  statusCollectorSuite(() => connect)
})
