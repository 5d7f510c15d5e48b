import { describe } from 'vitest'
import { anEmbeddedBroker } from '../../test/builders/brokers.ts'
import { downloadResultsSuite } from '../../test/daemons/download-results.suite.ts'

describe('download-results on the embedded broker', () => downloadResultsSuite(anEmbeddedBroker))
