import { afterAll, beforeAll, describe } from 'vitest'
import { consumerContract } from './broker-consumers.contract.ts'
import type { BrokerFixture } from './broker-fixture.ts'
import { purgeContract } from './broker-purging.contract.ts'
import { queueContract } from './broker-queues.contract.ts'

/** The contract of every engine of the broker. `open` creates a broker that nobody else uses. */
export function brokerContract(name: string, open: () => Promise<BrokerFixture>): void {
  describe(`${name} keeps the broker's contract`, () => {
    let opened: BrokerFixture
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened?.close())
    queueContract(() => opened)
    purgeContract(() => opened)
    consumerContract(() => opened)
  })
}
