import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokerContract } from '../../../../test/backends/broker.contract.ts'
import { silentLog } from '../../../log.ts'
import { embeddedBroker } from './embedded.ts'

brokerContract('the embedded broker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'broker-'))
  const file = join(folder, 'broker.sqlite')
  const connect = () => embeddedBroker({ file, log: silentLog })
  const [broker, second] = [connect(), connect()]
  return {
    broker,
    second,
    connect,
    engine: { file },
    async close() {
      await Promise.all([broker.close(), second.close()])
      rmSync(folder, { recursive: true })
    },
  }
})
