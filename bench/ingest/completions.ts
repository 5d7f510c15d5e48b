import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { completionOf } from '../../test/builders/completions.ts'
import { makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { someRuns } from '../lib/databases.ts'
import { measureBare } from './bare.ts'
import { COMPLETE_QUEUE, startDaemon } from './daemon.ts'
import { type Emptied, emptyFullQueue } from './full-queue.ts'
import { publishAll } from './publishing.ts'

/** Completions that were taken from a full queue and recorded: from the first to the last row that others see. */
export interface Completions {
  readonly into: 'sqlite' | 'postgres'
  readonly daemon: Emptied
  /** The commits that could be distinguished by looking every few milliseconds. */
  readonly commitsPerSecond: number
  /** A consumer that only acknowledges, on the same full queue, right afterwards. */
  readonly bare: Emptied
}

/** As in the daemon: twice its batch. */
const PREFETCH = 2000
const LOOK_MS = 5

function* bodies(count: number): Generator<string> {
  for (const run of someRuns(count)) yield completionOf(run)
}

export async function measureCompletions(
  rabbitmq: RabbitmqFacts,
  count: number,
  database?: string,
): Promise<Completions> {
  const broker = await makeVhost(rabbitmq)
  const queue = COMPLETE_QUEUE
  const fill = () => publishAll(broker, { fanout: TESTCOMPLETE, queue }, bodies(count))
  const program = await startDaemon('download-results', broker, { database })
  const counter = await rowCounter(database ?? join(program.data, 'autopkgtest.db'))
  let commits = 0
  const daemon = await emptyFullQueue(program, count, fill, async () => {
    commits = await watchRows(counter.rows, count)
  })
  await counter.close()
  await program.stop()
  const bare = await measureBare(broker, { from: TESTCOMPLETE, queue, count, prefetch: PREFETCH, fill })
  const commitsPerSecond = (commits * daemon.perSecond) / count
  return { into: database === undefined ? 'sqlite' : 'postgres', daemon, commitsPerSecond, bare }
}

/** Waits until there are this many rows, and counts how often their number has grown. */
async function watchRows(rows: () => Promise<number>, count: number): Promise<number> {
  for (let [commits, before] = [0, 0]; ; await sleep(LOOK_MS)) {
    const now = await rows()
    if (now > before) commits++
    if (now >= count) return commits
    before = now
  }
}

/** Counts rows by the highest number: none is removed from these databases, and each is new. */
async function rowCounter(database: string) {
  if (database.startsWith('postgres')) {
    const client = new Client({ connectionString: database })
    await client.connect()
    return {
      rows: async () => Number((await client.query('SELECT max(rowid) AS n FROM results.result')).rows[0].n),
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
