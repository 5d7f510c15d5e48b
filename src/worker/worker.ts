import { join } from 'node:path'
import { type Broker, DEAD_LETTER_QUEUE, type PublishOptions } from '../backends/broker/broker.ts'
import type { Store } from '../backends/store/store.ts'
import { BadInput, messageOf } from '../domain/errors.ts'
import { EXIT_NEVER_RUN, EXIT_TESTBED_FAILED } from '../domain/run/verdict.ts'
import { doublingMs } from '../domain/time/backoff.ts'
import { pause } from '../domain/time/pause.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { endProcessesOf } from './processes.ts'
import { queueTurns } from './queue-turns.ts'
import { deliverResult } from './results/deliver-result.ts'
import { finishRun, OUT } from './results/finish-run.ts'
import { type Reporting, startReporting } from './run/report-status.ts'
import { type Ended, failTestbed, type RunSettings, runRequest } from './run/run-request.ts'
import { openSpool, type SpoolEntry } from './spool.ts'
import { readWorkerRequest, type WorkerRequest } from './worker-request.ts'

export interface WorkerDeps {
  readonly broker: Pick<Broker, 'take' | 'publish' | 'publishTo' | 'declareQueues' | 'depths'>
  readonly store: Pick<Store, 'createContainer' | 'put'>
  readonly log: Log
  readonly metrics: Pick<Metrics, 'messages'>
}

export interface WorkerSettings extends RunSettings {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** How many tests run at once. */
  readonly slots: number
  /** The folder of the spool, used by this worker only. */
  readonly spool: string
}

/** Intervals and limits, in milliseconds. */
export interface WorkerPace {
  readonly statusMs: number
  /** Between two looks at empty queues. */
  readonly pollMs: number
  /** After a testbed failed; doubles with each failure in a row. */
  readonly backOffMs: number
  readonly longestBackOffMs: number
  /** After store or broker failed. */
  readonly retryMs: number
  /** How long tests of an earlier worker that still run may take to close their testbeds. */
  readonly cleanUpMs: number
}

const PACE: WorkerPace = {
  statusMs: 10_000,
  pollMs: 2000,
  backOffMs: 30_000,
  longestBackOffMs: 15 * 60_000,
  retryMs: 1000,
  cleanUpMs: 120_000,
}

/** How often a request is put back after its worker was lost; after that, this is its result. */
const MOST_ATTEMPTS = 3

const noReporting: Reporting = { end: async () => {} }

/**
 * Takes requests, runs them with autopkgtest, and delivers their results, until `signal` comes: then running tests
 * finish, and nothing more is taken. A request is on disk before its queue forgets it, and leaves the disk when its
 * completion is confirmed or when the broker has it again.
 */
export async function runWorker(
  deps: WorkerDeps,
  settings: WorkerSettings,
  signal: AbortSignal,
  pace: WorkerPace = PACE,
): Promise<void> {
  const { broker, log, metrics } = deps
  const spool = openSpool(settings.spool)
  const turns = queueTurns(broker, settings.releases, settings.arches)
  const count = (outcome: string) => metrics.messages('worker', outcome)
  let testbedFailures = 0
  let restUntil = 0

  function rest(): void {
    const wait = doublingMs(++testbedFailures, pace.backOffMs, pace.longestBackOffMs)
    restUntil = performance.now() + wait
    log.warn(
      { seconds: wait / 1000, inARow: testbedFailures },
      'the testbed failed: waiting before the next test',
    )
  }

  /** Creates the queues that are missing. An existing queue stays as it is, whatever its arguments. */
  async function declareMissing(queues: readonly string[]): Promise<void> {
    const depths = await broker.depths(queues)
    const missing = queues.filter(queue => depths.get(queue) === undefined)
    if (missing.length > 0) await broker.declareQueues(missing)
  }

  /** Gives an entry back to the broker; it stays here until that is confirmed. */
  async function handOver(entry: SpoolEntry, queue: string, message: PublishOptions): Promise<void> {
    for (let wait = pace.retryMs; ; wait = Math.min(2 * wait, 60 * pace.retryMs)) {
      try {
        await declareMissing([queue])
        await broker.publish(queue, entry.body, message)
        return await spool.remove(entry)
      } catch (err) {
        log.warn({ err, queue }, 'a request could not be returned to its queue; retrying')
      }
      if (signal.aborted) return
      await pause(wait, signal)
    }
  }

  /** Puts a request back whose run produced nothing, or makes that its result. */
  async function tryAgain(entry: SpoolEntry, request: WorkerRequest, reason: string): Promise<void> {
    if (entry.attempt < MOST_ATTEMPTS) {
      log.warn(
        { queue: entry.queue, package: request.package, attempt: entry.attempt + 1, reason },
        'returned to its queue',
      )
      count('put-back')
      const headers = { ...entry.headers, 'x-attempt': entry.attempt + 1 }
      return handOver(entry, entry.queue, { headers, properties: entry.properties })
    }
    const said = `given up after ${entry.attempt + 1} attempts: ${reason}`
    await finish(entry, request, await failTestbed(join(entry.folder, OUT), said), noReporting)
  }

  async function finish(
    entry: SpoolEntry,
    request: WorkerRequest,
    outcome: Ended,
    reporting: Reporting,
  ): Promise<void> {
    spool.finish(entry, await finishRun(entry, request, outcome, new Date()))
    if (outcome.exitcode === EXIT_TESTBED_FAILED) rest()
    else if (outcome.exitcode !== EXIT_NEVER_RUN) testbedFailures = 0
    await deliver(entry, () => reporting.end())
  }

  async function deliver(entry: SpoolEntry, uploaded: () => Promise<void>): Promise<void> {
    const run = spool.finished(entry)
    if (run === undefined) return
    const options = { firstMs: pace.retryMs, signal, uploaded }
    if (!(await deliverResult(deps, entry, run, options))) {
      log.warn({ run: run.directory }, 'a result stays in the spool: the next start delivers it')
      return
    }
    await spool.remove(entry)
    count('done')
    log.info({ container: run.container, run: run.directory }, 'a test has completed')
  }

  async function run(entry: SpoolEntry, request: WorkerRequest): Promise<void> {
    let reporting = noReporting
    const onStart = (logFile: string) => {
      log.info({ queue: entry.queue, package: request.package, folder: entry.folder }, 'a test has started')
      reporting = startReporting({ broker, log }, request, logFile, pace.statusMs)
    }
    let reason: string
    try {
      const outcome = await runRequest(entry, request, settings, log, onStart)
      if (outcome.done) return await finish(entry, request, outcome, reporting)
      reason = outcome.reason
    } catch (err) {
      log.error({ err, folder: entry.folder }, 'a test could not be run, or its result could not be packed')
      reason = messageOf(err)
    }
    await reporting.end()
    if (spool.finished(entry) !== undefined) return
    rest()
    await tryAgain(entry, request, reason)
  }

  /** Handles an entry that was taken, or found at the start. After a bug it is left for the next start. */
  async function handle(entry: SpoolEntry, isLeftOver: boolean): Promise<void> {
    try {
      if (spool.finished(entry) !== undefined) return await deliver(entry, noReporting.end)
      const request = readWorkerRequest(entry.queue, entry.body)
      if (!isLeftOver) return await run(entry, request)
      await endProcessesOf(entry.folder, pace.cleanUpMs)
      await tryAgain(entry, request, 'the worker was lost while the test ran')
    } catch (err) {
      if (!(err instanceof BadInput))
        return log.error({ err, folder: entry.folder }, 'a request is left in the spool')
      count('malformed')
      log.warn(
        { queue: entry.queue, reason: err.message },
        'a request cannot be run; it goes to the dead letters',
      )
      const headers = { ...entry.headers, 'x-reason': err.message, 'x-queue': entry.queue }
      // Dead letters neither expire nor disappear with the broker
      const properties = { ...entry.properties, expiration: undefined, transient: undefined }
      await handOver(entry, DEAD_LETTER_QUEUE, { headers, properties })
    }
  }

  /** The next request; undefined if none waits, or the broker is unavailable. */
  async function take(): Promise<SpoolEntry | undefined> {
    let entry: SpoolEntry | undefined
    let isOver = false
    try {
      await turns.take((queue, delivery) => {
        if (isOver) throw new Error('it is no longer awaited')
        entry = spool.keep(queue, delivery)
      })
    } catch (error) {
      isOver = true
      // An entry that was stored but not acknowledged is delivered again: it must not be run twice
      if (entry !== undefined) await spool.remove(entry)
      entry = undefined
      log.warn({ err: messageOf(error) }, 'cannot take requests')
    }
    return entry
  }

  async function declare(): Promise<void> {
    while (!signal.aborted) {
      try {
        return await declareMissing(turns.queues)
      } catch (error) {
        log.warn({ err: messageOf(error) }, 'the queues could not be declared; retrying')
        await pause(pace.pollMs, signal)
      }
    }
  }

  const busy = new Set<Promise<void>>()
  let failed: { readonly error: unknown } | undefined
  let wake = (): void => {}
  const start = (entry: SpoolEntry, isLeftOver: boolean) => {
    const working: Promise<void> = handle(entry, isLeftOver)
      .catch((error: unknown) => {
        failed ??= { error }
      })
      .finally(() => {
        busy.delete(working)
        wake()
      })
    busy.add(working)
  }
  const wakeAtEnd = (): void => wake()
  signal.addEventListener('abort', wakeAtEnd, { once: true })
  /** A promise for this wait only: callbacks on one that lives as long as the worker would accumulate. */
  const oneEnds = () => new Promise<void>(resolve => (wake = resolve))

  try {
    for (const entry of spool.leftovers()) start(entry, true)
    await declare()
    log.info({ queues: turns.queues.length, slots: settings.slots }, 'the worker is taking requests')
    while (!signal.aborted) {
      if (busy.size >= settings.slots) {
        await oneEnds()
        if (failed !== undefined) throw failed.error
        continue
      }
      if (restUntil > performance.now()) {
        await pause(Math.min(restUntil - performance.now(), 60_000), signal)
        continue
      }
      const entry = await take()
      if (entry === undefined) await pause(pace.pollMs, signal)
      else start(entry, false)
    }
    if (busy.size > 0) log.info({ tests: busy.size }, 'stopping: running tests are finished first')
    await Promise.all(busy)
    if (failed !== undefined) throw failed.error
  } finally {
    signal.removeEventListener('abort', wakeAtEnd)
    spool.close()
  }
}
