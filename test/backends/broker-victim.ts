/** A consumer that is to be killed: prints its deliveries, a line each, and never settles them. See `startVictim`. */
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq/rabbitmq.ts'
import { silentLog } from '../../src/log.ts'

const { engine, subscription } = JSON.parse(process.argv[2] ?? '{}')
const broker =
  'file' in engine
    ? embeddedBroker({ file: engine.file, log: silentLog })
    : rabbitmqBroker({ uri: engine.uri, log: silentLog })
await broker.subscribe(subscription, ({ body }) => {
  process.stdout.write(`${Buffer.from(body)}\n`)
  return new Promise(() => undefined)
})
