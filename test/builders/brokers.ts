import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { silentLog } from '../../src/log.ts'
import { temporaryFolder } from './databases.ts'

/** Connections to one broker that nobody else uses, one for each call; they are closed when the test ends. */
export type Connect = () => Broker

/** An embedded broker of one test. */
export function anEmbeddedBroker(): Connect {
  const file = join(temporaryFolder(), 'broker.db')
  return () => {
    const broker = embeddedBroker({ file, log: silentLog })
    onTestFinished(() => broker.close())
    return broker
  }
}
