import { makeRunning } from '../../scripts/generate/snapshots.ts'
import { TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { aWorld, END } from '../lib/databases.ts'
import { measureBare } from './bare.ts'
import { startDaemon } from './daemon.ts'
import { type Emptied, emptyFullQueue } from './full-queue.ts'
import { publishAll } from './publishing.ts'

/** Reports of running tests. */
export interface Statuses {
  readonly running: number
  readonly daemon: Emptied
  readonly bare: Emptied
}

/** As in the daemon: twice its batch. */
const PREFETCH = 500
const LOG_BYTES = 3000

/** The workers' reports, ten seconds later in each round. */
function* reports(running: number, count: number): Generator<string> {
  const tests = Object.entries(makeRunning(aWorld(), running, END, LOG_BYTES)).flatMap(([name, byHash]) =>
    Object.values(byHash).flatMap(byRelease =>
      Object.entries(byRelease).flatMap(([release, byArch]) =>
        Object.entries(byArch).map(([architecture, [params, duration, logtail]]) => ({
          ...{ release, architecture, package: name, running: true, params, duration, logtail },
        })),
      ),
    ),
  )
  for (let made = 0; made < count; made++) {
    const test = tests[made % tests.length]
    if (test !== undefined)
      yield JSON.stringify({ ...test, duration: test.duration + 10 * Math.floor(made / running) })
  }
}

export async function measureStatuses(
  rabbitmq: RabbitmqFacts,
  running: number,
  count: number,
): Promise<Statuses> {
  const broker = await makeVhost(rabbitmq)
  const fill = () => publishAll(broker, { fanout: TESTSTATUS }, reports(running, count))
  const program = await startDaemon('amqp-status-collector', broker)
  const daemon = await emptyFullQueue(program, count, fill, () => program.awaitMessages(count))
  await program.stop()
  const bare = await measureBare(broker, { from: TESTSTATUS, count, prefetch: PREFETCH, fill })
  return { running, daemon, bare }
}
