import { makeRunning } from '../../scripts/generate/snapshots.ts'
import { TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { makeVhost, type RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'
import { aWorld, END } from '../lib/databases.ts'
import { costOf } from '../lib/processes.ts'
import { bareRate } from './bare.ts'
import { startDaemon } from './daemon.ts'
import { publishAll } from './publishing.ts'

/** Reports of running tests. */
export interface Statuses {
  readonly running: number
  readonly messagesPerSecond: number
  /** Of the daemon, in milliseconds for each message. */
  readonly cpu: number
  readonly barePerSecond: number
}

/** As the daemon has it: twice its batch. */
const PREFETCH = 1000
const QUEUE = 'bench.status'
const LOG_BYTES = 3000

/** What workers say, ten seconds later each time round. */
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

/** Its queue goes with the connection, so that the daemon takes reports while they are published; so does the other. */
export async function measureStatuses(
  rabbitmq: RabbitmqFacts,
  running: number,
  count: number,
): Promise<Statuses> {
  const broker = await makeVhost(rabbitmq)
  const daemon = await startDaemon('amqp-status-collector', broker)
  const { cpu, seconds } = await costOf(daemon, async () => {
    const published = publishAll(broker, { fanout: TESTSTATUS }, reports(running, count))
    while ((await daemon.messages()) < count) await new Promise(resolve => setTimeout(resolve, 20))
    await published
  })
  await daemon.stop()
  const [barePerSecond] = await Promise.all([
    bareRate(broker, QUEUE, count, PREFETCH),
    publishAll(broker, { queue: QUEUE }, reports(running, count)),
  ])
  return { running, messagesPerSecond: count / seconds, cpu: (1000 * cpu) / count, barePerSecond }
}
