import { onTestFinished } from 'vitest'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { silentLog } from '../../src/log.ts'
import type { Connect } from './brokers.ts'

/** Connections to a virtual host of RabbitMQ; they are closed when the test ends. */
export function rabbitmqAt({ url }: { readonly url: string }): Connect {
  return () => {
    const broker = rabbitmqBroker({ uri: url, log: silentLog, recheckMissingMs: 100 })
    onTestFinished(() => broker.close())
    return broker
  }
}
