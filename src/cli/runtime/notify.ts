import { execFile } from 'node:child_process'
import { readServiceManager } from '../../config/service-manager.ts'
import { messageOf } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'

/** systemd's own messenger: Node has no datagram sockets of the family that the protocol asks for. */
const MESSENGER = 'systemd-notify'
/** How long to wait for the manager to read the message. */
const LONGEST_MS = 10_000
/** It hears from us this often at least; a timer of Node's cannot be as long as a watchdog. */
const SELDOM_MS = 60 * 60_000

/** Messages to the service manager, if one is waiting for them. */
export interface Notifier {
  /**
   * Reports that the work has started; from then on the manager is also told regularly that the event loop is running.
   * To be called once.
   */
  ready(): void
}

/**
 * Tells systemd (sd_notify(3)) that the process is ready, alive, and, as soon as `ending` is aborted, about to stop.
 * Does nothing where no service manager waits. A manager that cannot be told is logged once.
 */
export function openNotifier(ending: AbortSignal, log: Log): Notifier {
  const manager = readServiceManager()
  if (manager === undefined) return { ready() {} }
  let isTold = true
  let isPinging = false
  let isReady = false

  function tell(state: string, then = (): void => undefined): void {
    execFile(MESSENGER, [state], { timeout: LONGEST_MS }, err => {
      if (err !== null && isTold) {
        isTold = false
        log.error({ err }, `cannot notify the service manager of ${state}: ${messageOf(err)}`)
      }
      then()
    })
  }

  function ping(): void {
    if (isPinging) return
    isPinging = true
    tell('WATCHDOG=1', () => {
      isPinging = false
    })
  }

  ending.addEventListener('abort', () => tell('STOPPING=1'), { once: true })
  return {
    ready() {
      if (isReady || ending.aborted) return
      isReady = true
      tell('READY=1')
      if (manager.watchdogMs === undefined) return
      setInterval(ping, Math.min(manager.watchdogMs / 3, SELDOM_MS)).unref()
    },
  }
}
