/** A service manager that waits for messages from this process, as systemd does with `Type=notify`. */
export interface ServiceManager {
  /** Milliseconds after which it considers a silent process dead; undefined if it does not watch. */
  readonly watchdogMs: number | undefined
}

/** Reads the variables of sd_notify(3) and sd_watchdog_enabled(3) from the environment; undefined if nobody waits. */
export function readServiceManager(
  env: Readonly<Record<string, string | undefined>> = process.env,
  pid = process.pid,
): ServiceManager | undefined {
  if (!env.NOTIFY_SOCKET) return undefined
  const isForUs = !env.WATCHDOG_PID || env.WATCHDOG_PID === String(pid)
  const microseconds = /^[1-9]\d{0,15}$/.exec(env.WATCHDOG_USEC ?? '')?.[0]
  return { watchdogMs: isForUs && microseconds ? Number(microseconds) / 1000 : undefined }
}
