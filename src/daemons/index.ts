import { allEnded } from '../domain/ending.ts'
import { BadInput } from '../domain/errors.ts'
import { amqpStatusCollector } from './amqp-status-collector.ts'
import { backupDb } from './backup-db.ts'
import { cacheAmqp } from './cache-amqp.ts'
import { cachePpaContainers } from './cache-ppa-containers.ts'
import { compareExcuses } from './compare-excuses.ts'
import { downloadResults } from './download-results.ts'
import { indexResults } from './index-results.ts'
import { publishDb } from './publish-db.ts'
import type { Daemon, DaemonDeps, DaemonHealth, RunningDaemon } from './runtime/daemon.ts'
import { sampleQueuesDaemon } from './sample-queues.ts'
import { settleRequestsDaemon } from './settle-requests.ts'
import { stats } from './stats.ts'
import { tendNotes } from './tend-notes.ts'
import { updateGithubJobs } from './update-github-jobs.ts'

/** Every daemon, under the name that operators know. */
export const DAEMONS: readonly Daemon[] = [
  amqpStatusCollector,
  downloadResults,
  indexResults,
  cacheAmqp,
  publishDb,
  stats,
  cachePpaContainers,
  backupDb,
  updateGithubJobs,
  settleRequestsDaemon,
  sampleQueuesDaemon,
  tendNotes,
  compareExcuses,
]

/** Stands for every daemon, also one that a later version brings. */
export const EVERY_ONE = 'all'

/** Names as operators give them: each once, and all of them where one of them says so. */
export const daemonsNamed = (given: readonly string[]): string[] =>
  given.includes(EVERY_ONE) ? DAEMONS.map(one => one.name) : [...new Set(given)]

/** Daemons under way in this process. */
export interface RunningDaemons {
  /** By daemon. */
  health(): Readonly<Record<string, DaemonHealth>>
  /** Ends all of them at once; each finishes what is under way. */
  stop(): Promise<void>
}

/**
 * Starts daemons by name side by side and ends them with the signal. BadInput for a name that is not known; throws
 * if one cannot start at all.
 */
export async function runDaemons(
  names: readonly string[],
  deps: DaemonDeps,
  signal: AbortSignal,
  known: readonly Daemon[] = DAEMONS,
): Promise<RunningDaemons> {
  const daemons = [...new Set(names)].map(name => {
    const daemon = known.find(one => one.name === name)
    if (daemon !== undefined) return daemon
    throw new BadInput(`there is no daemon ${name}; there are: ${known.map(one => one.name).join(', ')}`)
  })
  const starts = await Promise.allSettled(daemons.map(daemon => daemon.start(deps)))
  const running = starts.flatMap(start => (start.status === 'fulfilled' ? [start.value] : []))
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll(running)
    return stopped
  }
  const failed = starts.find(start => start.status === 'rejected')
  if (failed !== undefined) {
    await stop().catch(() => undefined)
    throw failed.reason
  }
  if (signal.aborted) await stop()
  // The caller of `stop` learns what could not be stopped
  else signal.addEventListener('abort', () => void stop().catch(() => undefined), { once: true })
  return {
    health: () => Object.fromEntries(running.map(one => [one.name, one.health()])),
    stop,
  }
}

async function stopAll(running: readonly RunningDaemon[]): Promise<void> {
  await allEnded(running.map(one => one.stop()))
}
