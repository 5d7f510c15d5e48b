import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { completionOf } from '../../test/builders/completions.ts'
import { makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { someRuns } from '../lib/databases.ts'
import { costOf } from '../lib/processes.ts'
import { bareRate } from './bare.ts'
import { COMPLETE_QUEUE, startDaemon } from './daemon.ts'
import { publishAll } from './publishing.ts'

/** Completions that came off a full queue and were recorded. */
export interface Completions {
  readonly into: 'sqlite' | 'postgres'
  readonly rowsPerSecond: number
  /** As many commits as were told apart by looking every few milliseconds. */
  readonly commitsPerSecond: number
  /** Of the daemon, in milliseconds for each row. */
  readonly cpu: number
  /** A consumer that only acknowledges, off the same full queue, right afterwards. */
  readonly barePerSecond: number
}

/** As the daemon has it: twice its batch. */
const PREFETCH = 2000
const LOOK_MS = 4

function* bodies(count: number): Generator<string> {
  for (const run of someRuns(count)) yield completionOf(run)
}

export async function measureCompletions(
  rabbitmq: RabbitmqFacts,
  count: number,
  database?: string,
): Promise<Completions> {
  const broker = await makeVhost(rabbitmq)
  const to = { fanout: TESTCOMPLETE, queue: COMPLETE_QUEUE }
  await publishAll(broker, to, bodies(count))
  const daemon = await startDaemon('download-results', broker, { database })
  const counter = await rowCounter(database ?? join(daemon.data, 'autopkgtest.db'))
  const { value, cpu } = await costOf(daemon, () => watchRows(counter.rows, count))
  await counter.close()
  await daemon.stop()
  await publishAll(broker, to, bodies(count))
  return {
    into: database === undefined ? 'sqlite' : 'postgres',
    ...value,
    cpu: (1000 * cpu) / count,
    barePerSecond: await bareRate(broker, COMPLETE_QUEUE, count, PREFETCH),
  }
}

/** From the first commit that is seen to the last. */
async function watchRows(rows: () => Promise<number>, count: number) {
  const seen = new Set<number>([0])
  let [first, started] = [0, 0]
  for (;;) {
    const now = await rows()
    if (now > 0 && first === 0) [first, started] = [now, performance.now()]
    seen.add(now)
    if (now >= count) break
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
  const seconds = (performance.now() - started) / 1000
  return { rowsPerSecond: (count - first) / seconds, commitsPerSecond: (seen.size - 2) / seconds }
}

async function rowCounter(database: string) {
  if (database.startsWith('postgres')) {
    const client = new Client({ connectionString: database })
    await client.connect()
    return {
      rows: async () => Number((await client.query('SELECT count(*) AS n FROM results.result')).rows[0].n),
      close: () => client.end(),
    }
  }
  const db = new Database(database, { readonly: true })
  const statement = db.prepare('SELECT max(rowid) FROM result').pluck()
  return {
    rows: async () => (statement.get() as number | null) ?? 0,
    async close() {
      db.close()
    },
  }
}
