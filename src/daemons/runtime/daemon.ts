import type { Backends } from '../../backends/index.ts'
import { endInTurn } from '../../domain/ending.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'

/**
 * A daemon is a value, made by one of two helpers and listed in `index.ts`. The helpers own validation, batching,
 * retry, logging, metrics and shutdown; what is left to a daemon's file is its work:
 *
 * ```ts
 * // stats.ts: runs now and then. A failed run is logged, counted and tried again, and never ends the process.
 * export const stats = every(
 *   { seconds: 3600 },
 *   {
 *     name: 'stats',
 *     async run({ backends, settings, log }: DaemonDeps<'results' | 'snapshots'>, signal) {
 *       const rows = await backends.results.statistics({ releases: settings.releases, signal })
 *       await backends.snapshots.statistics.replace(…)
 *     },
 *   },
 * )
 *
 * // index-results.ts: there may be more to do, and something may happen before the time is up.
 * export const indexResults = every(
 *   { seconds: 10, wake: ({ backends }, wake) => backends.results.onChange(wake) },
 *   { name: 'index-results', run: async (deps, signal) => ((await indexSome(deps)) ? 'again' : undefined) },
 * )
 *
 * // download-results.ts: takes messages. What `handle` returns, one for each message, is the acknowledgement.
 * export const downloadResults = consumer({
 *   name: 'download-results',
 *   from: TESTCOMPLETE,
 *   queue: async ({ settings }) => settings.completeQueue,
 *   message: testcomplete,
 *   handle: async (batch, { backends }: DaemonDeps<'results'>) => recordResults(backends, batch),
 * })
 *
 * // A daemon that remembers something between two runs makes it in `start`, not in the module:
 * export const cacheAmqp: Daemon<'broker' | 'snapshots'> = {
 *   name: 'cache-amqp',
 *   async start(deps) {
 *     const models = new Map()
 *     return every({ seconds: 20 }, { name: 'cache-amqp', run: () => collect(models, deps) }).start(deps)
 *   },
 * }
 * ```
 */
export interface Daemon<K extends keyof Backends = keyof Backends> {
  /** As operators know it. */
  readonly name: string
  /**
   * Resolves when the daemon is working and what readers need at once is available. Does not wait for an unavailable
   * peer, and throws only for faults that no retry can fix.
   */
  start(deps: DaemonDeps<K>): Promise<RunningDaemon>
}

/** What a daemon is given: the capabilities it names, what was configured, and where to report. */
export interface DaemonDeps<K extends keyof Backends = keyof Backends> {
  readonly backends: Pick<Backends, K>
  readonly settings: DaemonSettings
  readonly metrics: Metrics
  readonly log: Log
}

/** What of the configuration daemons know. */
export interface DaemonSettings {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** Name of the queue for completions; undefined for the default, which holds the database's id. */
  readonly completeQueue: string | undefined
  /** Whether the broker's trace is used where it is on. */
  readonly trace: 'auto' | 'off'
  /**
   * Of the logs that are there already: how many days back they are read for failures, and how fast at most; 0: not.
   */
  readonly failures: { readonly sinceDays: number; readonly logsPerSecond: number }
  /** Where people reach the site, without a slash at its end. */
  readonly baseUrl: string
}

export interface RunningDaemon {
  readonly name: string
  health(): DaemonHealth
  /** Ends the work: what is under way finishes, messages not dealt with go back. */
  stop(): Promise<void>
}

export type DaemonHealth =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly since: Date }

/** One daemon made of several parts: ill if one of them is, and ended in reverse order. */
export function together(name: string, parts: readonly RunningDaemon[]): RunningDaemon {
  return {
    name,
    health: () => parts.map(part => part.health()).find(health => !health.ok) ?? { ok: true },
    async stop() {
      await endInTurn(parts.toReversed().map(part => () => part.stop()))
    },
  }
}

/** Keeps what a daemon's health is: failures in a row, since the first of them. */
export function keepHealth() {
  let health: DaemonHealth = { ok: true }
  let failures = 0
  return {
    health: () => health,
    failures: () => failures,
    succeed() {
      health = { ok: true }
      failures = 0
    },
    fail(reason: string) {
      health = { ok: false, reason, since: health.ok ? new Date() : health.since }
      failures++
    },
  }
}
