import { onTestFinished } from 'vitest'
import type { Backends } from '../../src/backends/index.ts'
import type { Daemon, DaemonSettings, RunningDaemon } from '../../src/daemons/runtime/daemon.ts'
import { type Log, silentLog } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'

const SETTINGS: DaemonSettings = {
  releases: ['noble'],
  arches: ['amd64'],
  completeQueue: undefined,
  trace: 'off',
  failures: { sinceDays: 180, logsPerSecond: 1000 },
  baseUrl: 'https://autopkgtest.example',
}

/** Starts a daemon over these backends; it is stopped when the test ends, if not before. */
export async function startDaemon<K extends keyof Backends>(
  daemon: Daemon<K>,
  backends: Pick<Backends, K>,
  given: { settings?: Partial<DaemonSettings>; log?: Log } = {},
): Promise<RunningDaemon> {
  const settings = { ...SETTINGS, ...given.settings }
  const running = await daemon.start({
    backends,
    settings,
    metrics: openMetrics(),
    log: given.log ?? silentLog,
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= running.stop()
    return stopped
  }
  onTestFinished(stop)
  return { ...running, stop }
}
