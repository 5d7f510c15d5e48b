import { describe } from 'vitest'
import { anEmbeddedBroker } from '../../test/builders/brokers.ts'
import { statusCollectorSuite } from '../../test/daemons/amqp-status-collector.suite.ts'

describe('amqp-status-collector on the embedded broker', () => statusCollectorSuite(anEmbeddedBroker))
