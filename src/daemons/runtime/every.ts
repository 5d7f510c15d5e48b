import type { Backends } from '../../backends/index.ts'
import { endInTurn } from '../../domain/ending.ts'
import { messageOf } from '../../domain/errors.ts'
import { backoffMs } from '../../domain/time/backoff.ts'
import { pause } from '../../domain/time/pause.ts'
import { type Daemon, type DaemonDeps, keepHealth, type RunningDaemon } from './daemon.ts'

/** When a daemon runs. */
export interface Interval<K extends keyof Backends> {
  /** From the end of a run to the beginning of the next. */
  readonly seconds: number
  /** `start` waits for the first run, whether it succeeds or not (default: it does not). */
  readonly startWithRun?: boolean
  /** Runs earlier when `wake` is called; returns the way to stop that. */
  readonly wake?: (deps: DaemonDeps<K>, wake: () => void) => () => void
}

export interface EverySpec<K extends keyof Backends> {
  readonly name: string
  /** `again` asks for another run at once: there is more to do. The signal says that time is up. */
  run(deps: DaemonDeps<K>, signal: AbortSignal): Promise<'again' | undefined>
}

/** Failed runs are tried again after the interval but at first no later than this, then twice as late each time. */
const FIRST_RETRY_SECONDS = 60
const LONGEST_RETRY_SECONDS = 120

/** A daemon that runs now and then, never twice at once; a run that fails is tried again later. */
export function every<K extends keyof Backends = never>(
  interval: Interval<K>,
  spec: EverySpec<K>,
): Daemon<K> {
  return {
    name: spec.name,
    async start(given) {
      const deps = { ...given, log: given.log.child({ daemon: spec.name }) }
      const running = startRuns(interval, spec, deps)
      if (interval.startWithRun) await running.firstRun
      return running
    },
  }
}

function startRuns<K extends keyof Backends>(
  interval: Interval<K>,
  spec: EverySpec<K>,
  deps: DaemonDeps<K>,
): RunningDaemon & { firstRun: Promise<void> } {
  const { metrics, log } = deps
  const stopping = new AbortController()
  const health = keepHealth()
  let due = performance.now()
  let wakeUp = () => {}
  let woken = false

  /** The milliseconds until the next run. */
  async function runOnce(): Promise<number> {
    try {
      const more = await spec.run(deps, stopping.signal)
      if (health.failures() > 0) log.info({}, `${spec.name} works again`)
      health.succeed()
      metrics.runs(spec.name, 'done')
      return more === 'again' ? 0 : interval.seconds * 1000
    } catch (err) {
      if (stopping.signal.aborted) return 0
      health.fail(messageOf(err))
      metrics.runs(spec.name, 'failed')
      const wait = backoffMs(
        health.failures(),
        Math.min(interval.seconds, FIRST_RETRY_SECONDS) * 1000,
        Math.max(interval.seconds, LONGEST_RETRY_SECONDS) * 1000,
      )
      log.error({ err, retryInSeconds: Math.round(wait / 1000) }, `${spec.name} failed and is retried`)
      return wait
    }
  }

  /** Waits until the time is up, the daemon is stopped, or it is woken; after a failure it is not woken. */
  async function rest(ms: number): Promise<void> {
    const mayWake = health.failures() === 0
    await pause(mayWake && woken ? 0 : ms, stopping.signal, wake => {
      if (mayWake) wakeUp = wake
    })
    wakeUp = () => {}
  }

  async function runUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false
      const wait = await runOnce()
      // A run that failed is still due: the lag of a daemon that only fails must grow
      if (health.failures() === 0) due = performance.now() + wait
      firstDone()
      await rest(wait)
    }
    firstDone()
  }

  let firstDone = () => {}
  const firstRun = new Promise<void>(resolve => {
    firstDone = resolve
  })
  const forgetWake = interval.wake?.(deps, () => {
    woken = true
    wakeUp()
  })
  const forgetLag = metrics.lag(spec.name, () => Math.max(0, performance.now() - due) / 1000)
  const ended = runUntilStopped()

  return {
    name: spec.name,
    firstRun,
    health: health.health,
    async stop() {
      stopping.abort()
      await endInTurn([() => forgetWake?.(), () => ended, forgetLag])
    },
  }
}
