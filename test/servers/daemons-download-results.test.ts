import { beforeEach } from 'vitest'
import type { Connect } from '../builders/brokers.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { downloadResultsSuite } from '../daemons/download-results.suite.ts'
import { describeWith, freshVhost } from './harness/index.ts'

describeWith(['rabbitmq'], 'download-results on RabbitMQ', () => {
  let connect: Connect
  beforeEach(async () => {
    connect = rabbitmqAt(await freshVhost())
  })
  downloadResultsSuite(() => connect)
})
