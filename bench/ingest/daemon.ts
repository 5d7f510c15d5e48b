import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, startProgram } from '../../test/e2e/program.ts'
import { writeSiteConfig } from '../../test/e2e/site-config.ts'
import { reservePorts } from '../../test/servers/harness/ports.ts'
import type { RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { ARCHES, RELEASES } from '../lib/databases.ts'

/** A daemon in a process of its own. */
export interface DaemonProgram extends Program {
  /** Where its database and files are. */
  readonly data: string
  /** How many messages it is done with. */
  messages(): Promise<number>
  stop(): Promise<void>
}

/** The queue of completions that daemons share here. */
export const COMPLETE_QUEUE = 'bench.complete'

/** Starts a daemon on a broker, on PostgreSQL if a URL is given. Resolves when it answers. */
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
  const read = async () => (await fetch(`http://${address}/metrics`)).text()
  let died = false
  void program.ended.then(() => {
    died = true
  })
  while (!(await read().then(Boolean, () => false))) {
    if (died) throw new Error(`${name} ended: ${program.said()}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    ...program,
    data: join(folder, 'data'),
    messages: async () => countMessages(await read()),
    async stop() {
      await program.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The sum of `daemon_messages_total` over all outcomes, in an exposition of Prometheus. */
function countMessages(exposition: string): number {
  return [...exposition.matchAll(/daemon_messages_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}
