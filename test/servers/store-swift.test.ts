import { beforeAll } from 'vitest'
import { type SwiftConfig, swiftStore } from '../../src/backends/store/swift.ts'
import { silentLog } from '../../src/log.ts'
import { storeContract } from '../backends/store.contract.ts'
import { describeWith, freshProject, type SwiftFacts } from './harness/index.ts'

describeWith(['swift'], 'the store in Swift', () => {
  storeContract(async () => swiftStore({ login: 'keystone', ...(await freshProject()) }, { log: silentLog }))
})
