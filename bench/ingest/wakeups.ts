import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { silentLog } from '../../src/log.ts'
import { percentile } from '../lib/percentiles.ts'

/**
 * How long a waiting consumer of the embedded broker takes to receive a message that another process publishes, in
 * milliseconds.
 */
export interface Wakeups {
  readonly messages: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

/** Between two messages, so that the consumer is idle again. */
const PAUSE_MS = 300

/** The publisher, whose messages contain their time of sending. */
const PUBLISHER = (file: string, count: number) => `
  import { TESTCOMPLETE } from ${module('broker.ts')}
  import { embeddedBroker } from ${module('embedded/embedded.ts')}
  import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../../src/log.ts'))}
  const broker = embeddedBroker({ file: ${JSON.stringify(file)}, log: silentLog })
  for (let n = 0; n < ${count}; n++) {
    await broker.publishTo(TESTCOMPLETE, String(performance.timeOrigin + performance.now()))
    await new Promise(resolve => setTimeout(resolve, ${PAUSE_MS}))
  }
  await broker.close()`

const module = (name: string): string =>
  JSON.stringify(join(import.meta.dirname, '../../src/backends/broker', name))

export async function measureWakeups(messages: number): Promise<Wakeups> {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-wakeups-'))
  const file = join(folder, 'broker.sqlite')
  const broker = embeddedBroker({ file, log: silentLog })
  const delays: number[] = []
  try {
    await broker.subscribe({ from: TESTCOMPLETE, queue: 'waiting', prefetch: 1 }, async ({ body }) => {
      delays.push(performance.timeOrigin + performance.now() - Number(Buffer.from(body).toString()))
      return 'ack'
    })
    const program = ['--input-type=module', '--eval', PUBLISHER(file, messages)]
    const publisher = spawn(process.execPath, program, { stdio: 'inherit' })
    const [status] = await once(publisher, 'exit')
    if (status !== 0) throw new Error(`the publisher ended with ${status}`)
    while (delays.length < messages) await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  } finally {
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    messages,
    p50: percentile(delays, 50),
    p99: percentile(delays, 99),
    most: Math.max(...delays),
  }
}
