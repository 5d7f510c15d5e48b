import { describe } from 'vitest'
import { anEmbeddedBroker } from '../../test/builders/brokers.ts'
import { cacheAmqpSuite } from '../../test/daemons/cache-amqp.suite.ts'

describe('cache-amqp following the embedded broker', () =>
  cacheAmqpSuite(anEmbeddedBroker, { trace: 'auto', follows: true }))
describe('cache-amqp reading the embedded broker', () =>
  cacheAmqpSuite(anEmbeddedBroker, { trace: 'off', follows: false }))
