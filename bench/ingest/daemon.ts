import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Program, startProgram } from '../../test/e2e/program.ts'
import { writeSiteConfig } from '../../test/e2e/site-config.ts'
import { reservePorts } from '../../test/servers/harness/ports.ts'
import type { RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { ARCHES, RELEASES } from '../lib/databases.ts'

/** A daemon in its own process. */
export interface DaemonProgram extends Program {
  /** The folder of its database and files. */
  readonly data: string
  /** Resolves when it has handled this many messages. */
  awaitMessages(count: number): Promise<void>
  stop(): Promise<void>
}

/** The line of its log when it has started. */
const RUNS = '"the daemons are running"'
const FIRST_LOOK_MS = 200
const LEAST_LOOK_MS = 10
const MOST_LOOK_MS = 1000

/** The queue of completions that daemons share here. */
export const COMPLETE_QUEUE = 'bench.complete'

/** Starts a daemon on a broker, on PostgreSQL if a URL is given. Resolves when it has subscribed. */
export async function startDaemon(
  name: string,
  broker: Pick<RabbitmqFacts, 'url'>,
  options: { readonly database?: string | undefined; readonly trace?: 'auto' | 'off' } = {},
): Promise<DaemonProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-ingest-'))
  const config = writeSiteConfig({
    folder,
    releases: RELEASES,
    arches: ARCHES,
    broker,
    completeQueue: COMPLETE_QUEUE,
    store: { path: join(folder, 'store') },
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.trace === undefined ? {} : { sections: { amqp: { uri: broker.url, trace: options.trace } } }),
  })
  const address = `127.0.0.1:${await reservePorts()}`
  const program = startProgram('daemon', name, '--metrics', address, '--config', config)
  const read = async () => countMessages(await (await fetch(`http://${address}/metrics`)).text())
  let died = false
  const noteDeath = () => {
    died = true
  }
  program.ended.then(noteDeath, noteDeath)
  while (!program.said().includes(RUNS)) {
    if (died) throw new Error(`${name} ended: ${program.said()}`)
    await sleep(20)
  }
  return {
    ...program,
    data: join(folder, 'data'),
    async awaitMessages(count) {
      const started = performance.now()
      for (let wait = FIRST_LOOK_MS; ; ) {
        await sleep(wait)
        const done = await read()
        if (done >= count) return
        // Each look costs it a millisecond or two: look less often while much is left
        const left = ((performance.now() - started) * (count - done)) / Math.max(1, done)
        wait = Math.min(MOST_LOOK_MS, Math.max(LEAST_LOOK_MS, left / 2))
      }
    },
    async stop() {
      await program.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The sum of `daemon_messages_total` over all outcomes, in a Prometheus exposition. */
function countMessages(exposition: string): number {
  return [...exposition.matchAll(/daemon_messages_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}
