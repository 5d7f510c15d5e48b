import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Fanout } from '../../src/backends/broker/broker.ts'
import type { RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { type Emptied, emptyFullQueue } from './full-queue.ts'

const PROGRAM = join(import.meta.dirname, '../bare-consumer.mjs')

/** The rate at which a consumer of the same library that only acknowledges empties a full queue. */
export async function measureBare(
  broker: Pick<RabbitmqFacts, 'url'>,
  options: {
    readonly from: Fanout
    /** As in the daemon; undefined for one that disappears with the connection. */
    readonly queue?: string
    readonly count: number
    readonly prefetch: number
    readonly fill: () => Promise<void>
  },
): Promise<Emptied> {
  const { from, queue, count, prefetch, fill } = options
  const args = [from.exchange, from.durable ? 'durable' : 'transient', count, prefetch, queue ?? []].flat()
  const child = spawn(process.execPath, [PROGRAM, broker.url, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const awaitLine = async () => {
    if ((await lines.next()).done) throw new Error('the bare consumer has ended')
  }
  await awaitLine()
  const emptied = await emptyFullQueue({ pid: child.pid as number }, count, fill, awaitLine)
  await once(child, 'close')
  return emptied
}
