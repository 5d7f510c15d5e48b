/** Measures everything besides pages that goes in and out; see `--help`. */
import { parseArgs } from 'node:util'
import { buildIfNeeded } from '../test/e2e/program.ts'
import { startPostgres } from '../test/servers/harness/postgres.ts'
import { startRabbitmq } from '../test/servers/harness/rabbitmq.ts'
import { startSwift } from '../test/servers/harness/swift.ts'
import { type Backfill, measureBackfill } from './ingest/backfill.ts'
import { type Completions, measureCompletions } from './ingest/completions.ts'
import { measurePublishing, type Publishing } from './ingest/publish.ts'
import { measureQueues, type QueueReading } from './ingest/queues.ts'
import { measureStatuses, type Statuses } from './ingest/statuses.ts'
import {
  backfillTable,
  completionsTable,
  publishingTable,
  queuesTable,
  statusesTable,
  wakeupsTable,
} from './ingest/tables.ts'
import { measureWakeups, type Wakeups } from './ingest/wakeups.ts'
import { say } from './lib/progress.ts'
import { machine, report } from './lib/report.ts'

const HELP = `Measures the daemons on real servers, which it starts and removes. Prints Markdown tables, writes JSON to
bench/results/.

  npm run bench:ingest
  npm run bench:ingest -- --only completions,statuses --completions 20000

  --only LIST        completions, statuses, queues, backfill, publish, wakeups (all)
  --completions N    into SQLite and PostgreSQL (50000)
  --statuses N       reports (100000)       --running N   tests that they are of (300)
  --queued N         waiting requests (100000), read for --seconds N (60) with the broker's trace and without
  --runs N           in the folder that is downloaded (3000), --swift-runs N in Swift (500)
  --publish LIST     sizes of databases (2000000,10000000)
  --wakeups N        messages through the embedded broker, one by one (200)
  --json FILE        where the figures go
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: 'completions,statuses,queues,backfill,publish,wakeups' },
    completions: { type: 'string', default: '50000' },
    statuses: { type: 'string', default: '100000' },
    running: { type: 'string', default: '300' },
    queued: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string', default: '3000' },
    'swift-runs': { type: 'string', default: '500' },
    publish: { type: 'string', default: '2000000,10000000' },
    wakeups: { type: 'string', default: '200' },
    json: { type: 'string' },
  },
})

/** The measurements; those that were not requested are empty. */
interface Figures {
  completions: Completions[]
  statuses: Statuses[]
  queues: QueueReading[]
  backfill: Backfill[]
  publish: Publishing[]
  wakeups: Wakeups[]
}

const only = new Set(values.only.split(','))

async function withServer<S extends { stop(): Promise<void> }>(
  start: () => Promise<S>,
  work: (server: S) => Promise<void>,
): Promise<void> {
  const server = await start()
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

async function measureBroker(figures: Figures): Promise<void> {
  await withServer(startRabbitmq, async rabbitmq => {
    if (only.has('completions')) {
      const count = Number(values.completions)
      say('completions into SQLite')
      figures.completions.push(await measureCompletions(rabbitmq, count))
      await withServer(startPostgres, async postgres => {
        say('completions into PostgreSQL')
        figures.completions.push(await measureCompletions(rabbitmq, count, postgres.url))
      })
    }
    if (only.has('statuses')) {
      say('reports of running tests')
      figures.statuses.push(await measureStatuses(rabbitmq, Number(values.running), Number(values.statuses)))
    }
    if (!only.has('queues')) return
    for (const trace of [true, false]) {
      say(`reading queues ${trace ? 'with' : 'without'} the trace`)
      const options = { queued: Number(values.queued), seconds: Number(values.seconds), trace }
      figures.queues.push(await measureQueues(rabbitmq, options))
    }
  })
}

async function measureAll(): Promise<void> {
  buildIfNeeded()
  const facts = machine()
  const figures: Figures = {
    ...{ completions: [], statuses: [], queues: [] },
    ...{ backfill: [], publish: [], wakeups: [] },
  }
  if (['completions', 'statuses', 'queues'].some(name => only.has(name))) await measureBroker(figures)
  if (only.has('backfill')) {
    say('filling a database from a folder')
    figures.backfill.push(await measureBackfill(undefined, Number(values.runs)))
    say('filling a database from Swift')
    await withServer(startSwift, async swift => {
      figures.backfill.push(await measureBackfill(swift, Number(values['swift-runs'])))
    })
  }
  if (only.has('publish')) {
    for (const results of values.publish.split(',').map(Number)) {
      say(`publishing ${results.toLocaleString('en-GB')} results`)
      figures.publish.push(await measurePublishing(results))
    }
  }
  if (only.has('wakeups')) {
    say('waking a consumer of the embedded broker')
    figures.wakeups.push(await measureWakeups(Number(values.wakeups)))
  }
  const tables = [
    completionsTable(figures.completions),
    statusesTable(figures.statuses),
    queuesTable(figures.queues),
    backfillTable(figures.backfill),
    publishingTable(figures.publish),
    wakeupsTable(figures.wakeups),
  ]
  report('ingest', tables.filter(Boolean).join('\n'), { machine: facts, ...figures }, values.json)
}

if (values.help) process.stdout.write(HELP)
else await measureAll()
