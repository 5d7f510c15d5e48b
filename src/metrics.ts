import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'

const PREFIX = 'autopkgtest_web_'
/** How exactly the event loop's delay is measured: what does nothing has a delay of this. */
const LOOK_AT_LOOP_MS = 500

/** What the website and the daemons measure; one per process, handed to whoever measures. Measuring never throws. */
export interface Metrics {
  /** An HTTP request was answered; `route` is the pattern, never the path that was asked for. */
  request(route: string, status: number, seconds: number): void
  /** Somebody connected, and could not be heard: too many files are open, or there is no memory. */
  lostConnection(): void
  /** A process of the website has ended and is started again. */
  restart(): void
  /** A daemon is done with messages; `outcome` is one word out of a few. */
  messages(daemon: string, outcome: string, count?: number): void
  /** A run of a daemon that runs every so often has ended. */
  runs(daemon: string, outcome: 'done' | 'failed'): void
  /** How far a daemon is behind, in seconds, asked for at each scrape. Returns the way to forget it. */
  lag(daemon: string, read: () => number): () => void
  /** How much waits for a daemon (messages, rows), asked for at each scrape. Returns the way to forget it. */
  waiting(daemon: string, read: () => Promise<number | undefined>): () => void
  /** Bytes of the results database on disk, asked for at each scrape. */
  databaseSize(read: () => Promise<number>): void
  /** How many running tests look stuck, asked for at each scrape. */
  stuckTests(read: () => Promise<number>): void
  /** How often each document that the operator names could not be read, asked for at each scrape. */
  documentFailures(read: () => readonly { readonly document: string; readonly count: number }[]): void
  /** How many tests of uploads britney says something else of, asked for at each scrape. */
  excuseDifferences(read: () => number): void
  /** The text that Prometheus reads; what cannot be had in a second is left out. */
  render(): Promise<Exposition>
  /** The same as data, to be added to what other processes measured. */
  measured(): Promise<Measured>
}

export interface Exposition {
  readonly contentType: string
  readonly body: string
}

/** What one process measured. */
export type Measured = readonly MetricObjectWithValues<MetricValue<string>>[]

/** Adds up what several processes measured; of what cannot be added the mean, the largest or the first, as each metric says. */
export function addUp(all: readonly Measured[]): {
  render(): Promise<Exposition>
  measured(): Promise<Measured>
} {
  const sum = AggregatorRegistry.aggregate([...all])
  return {
    render: async () => ({ contentType: sum.contentType, body: await sum.metrics() }),
    measured: () => sum.getMetricsAsJSON(),
  }
}

/** Of what was measured that which stays true of a process that has ended: it was counted. */
export function lastingCounts(measured: Measured): Measured {
  const kinds = ['counter', 'histogram']
  return measured.filter(({ type }) => kinds.includes(String(type)))
}

const SCRAPE_MS = 1000

/** Undefined if it fails or takes longer than a scrape may wait. */
async function readInTime<T>(read: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, SCRAPE_MS, undefined)
  })
  try {
    return await Promise.race([read(), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/** The readers of a gauge by daemon; a daemon made of two parts has two, of which the larger counts. */
function readers<R>() {
  const known = new Map<string, Set<R>>()
  return {
    known,
    add(daemon: string, read: R): () => void {
      const set = known.get(daemon) ?? new Set()
      known.set(daemon, set.add(read))
      return () => {
        set.delete(read)
        if (set.size === 0) known.delete(daemon)
      }
    },
  }
}

/**
 * Opens a registry of its own. Names begin with `autopkgtest_web_`; Node's own (memory, event-loop delay,
 * garbage collection) do too.
 */
export function openMetrics(): Metrics {
  const register = new Registry()
  const registers = [register]
  // Each look wakes the process: a hundred a second, as by default, are a hundredth of a processor for nothing
  collectDefaultMetrics({ register, prefix: PREFIX, eventLoopMonitoringPrecision: LOOK_AT_LOOP_MS })
  const lags = readers<() => number>()
  const backlogs = readers<() => Promise<number | undefined>>()
  let readSize: (() => Promise<number>) | undefined
  let readStuck: (() => Promise<number>) | undefined
  let readDocumentFailures: Parameters<Metrics['documentFailures']>[0] = () => []
  let readDifferences: (() => number) | undefined

  const faults = new Counter({
    name: `${PREFIX}metric_faults_total`,
    help: 'Values that could not be measured: a bug, which harms nothing but the figure',
    labelNames: ['metric'],
    registers,
  })
  /** What is measured goes on, whatever is wrong with the measuring. */
  const measure = (metric: string, work: () => void): void => {
    try {
      work()
    } catch {
      faults.inc({ metric })
    }
  }

  const latency = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Time from request to the end of its answer',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const lost = new Counter({
    name: `${PREFIX}http_connections_lost_total`,
    help: 'Connections that could not be taken, as too many files were open or there was no memory',
    registers,
  })
  const restarts = new Counter({
    name: `${PREFIX}process_restarts_total`,
    help: 'Processes of the website that ended and were started again',
    registers,
  })
  const messages = new Counter({
    name: `${PREFIX}daemon_messages_total`,
    help: 'Messages that a daemon is done with',
    labelNames: ['daemon', 'outcome'],
    registers,
  })
  const runs = new Counter({
    name: `${PREFIX}daemon_runs_total`,
    help: 'Runs of a daemon that runs every so often',
    labelNames: ['daemon', 'outcome'],
    registers,
  })
  new Gauge({
    name: `${PREFIX}daemon_lag_seconds`,
    help: 'Age of the oldest message taken and not done with, or time since a run was due that has not succeeded',
    labelNames: ['daemon'],
    registers,
    collect() {
      this.reset()
      for (const [daemon, reads] of lags.known) {
        measure('lag', () => this.set({ daemon }, Math.max(...[...reads].map(read => read()))))
      }
    },
  })
  new Gauge({
    name: `${PREFIX}daemon_waiting`,
    help: 'What waits for a daemon: messages in its queue, rows to index',
    labelNames: ['daemon'],
    registers,
    async collect() {
      this.reset()
      const all = [...backlogs.known].flatMap(([daemon, reads]) => [...reads].map(read => ({ daemon, read })))
      await Promise.all(
        all.map(async ({ daemon, read }) => {
          const count = await readInTime(read)
          if (count !== undefined) measure('waiting', () => this.set({ daemon }, count))
        }),
      )
    },
  })
  new Gauge({
    name: `${PREFIX}database_size_bytes`,
    help: 'Bytes of the results database on disk',
    registers,
    aggregator: 'max',
    async collect() {
      const bytes = readSize && (await readInTime(readSize))
      if (bytes === undefined) this.remove()
      else measure('database size', () => this.set(bytes))
    },
  })
  new Gauge({
    name: `${PREFIX}stuck_tests`,
    help: 'Running tests that take far longer than they usually do, or whose log has not grown for ten minutes',
    registers,
    aggregator: 'max',
    async collect() {
      const tests = readStuck && (await readInTime(readStuck))
      if (tests === undefined) this.remove()
      else measure('stuck tests', () => this.set(tests))
    },
  })

  new Counter({
    name: `${PREFIX}document_failures_total`,
    help: 'Times that a document which the operator names could not be read: teams, excuses, package lists',
    labelNames: ['document'],
    registers,
    collect() {
      this.reset()
      measure('document failures', () => {
        for (const { document, count } of readDocumentFailures()) this.inc({ document }, count)
      })
    },
  })
  new Gauge({
    name: `${PREFIX}excuse_differences`,
    help: 'Tests of uploads of which britney says something else than this site',
    registers,
    aggregator: 'max',
    collect() {
      const tests = readDifferences?.()
      if (tests === undefined) this.remove()
      else measure('excuse differences', () => this.set(tests))
    },
  })

  return {
    request: (route, status, seconds) =>
      measure('request', () => latency.observe({ route, status }, seconds)),
    lostConnection: () => measure('connections lost', () => lost.inc()),
    restart: () => measure('restarts', () => restarts.inc()),
    messages: (daemon, outcome, count = 1) =>
      measure('messages', () => messages.inc({ daemon, outcome }, count)),
    runs: (daemon, outcome) => measure('runs', () => runs.inc({ daemon, outcome })),
    lag: lags.add,
    waiting: backlogs.add,
    databaseSize(read) {
      readSize = read
    },
    stuckTests(read) {
      readStuck = read
    },
    documentFailures(read) {
      readDocumentFailures = read
    },
    excuseDifferences(read) {
      readDifferences = read
    },
    render: async () => ({ contentType: register.contentType, body: await register.metrics() }),
    measured: () => register.getMetricsAsJSON(),
  }
}
