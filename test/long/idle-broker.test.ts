import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { silentLog } from '../../src/log.ts'
import { collect, freshFanout } from '../backends/broker-fixture.ts'
import { temporaryFolder } from '../builders/databases.ts'

it('a consumer of the embedded broker takes a tenth of a processor at most while nothing happens', async () => {
  const broker = embeddedBroker({ file: join(temporaryFolder(), 'broker.db'), log: silentLog })
  onTestFinished(() => broker.close())
  await collect(broker, { from: freshFanout() })
  await sleep(300)
  const [before, began] = [process.cpuUsage(), performance.now()]
  await sleep(2000)
  const { user, system } = process.cpuUsage(before)
  // A share of the time that passed: a busy machine gives less, never more
  expect((user + system) / 1000 / (performance.now() - began)).toBeLessThan(0.1)
})
