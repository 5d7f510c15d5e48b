import { constants } from 'node:os'
import type { Log } from '../../log.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** A signal so soon after another is the same one: npm hands on what the terminal has sent to all already. */
const SAME_SIGNAL_MS = 500

/** How long an orderly end may take after an uncaught error, as what is still running may hang for ever. */
const FAULT_MS = 30_000

/**
 * Aborts with the first SIGTERM or SIGINT, so that work in progress can be finished; the second one ends the process
 * at once. An uncaught error, which is always a bug, is logged and aborts as well: the process ends in order, with
 * status 1, as its state is no longer reliable.
 */
export function onShutdown(log?: Log): AbortSignal {
  const asked = new AbortController()
  let askedAt = Number.POSITIVE_INFINITY
  const listen = (name: NodeJS.Signals) => {
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(128 + constants.signals[name])
    if (asked.signal.aborted) return
    askedAt = performance.now()
    asked.abort()
  }
  for (const name of SIGNALS) process.on(name, listen)
  if (log !== undefined) onFault(log, () => asked.abort())
  return asked.signal
}

function onFault(log: Log, end: () => void): void {
  const fault = (err: unknown) => {
    log.error({ err }, 'uncaught error: the process ends')
    process.exitCode = 1
    setTimeout(() => process.exit(1), FAULT_MS).unref()
    end()
  }
  process.on('unhandledRejection', fault)
  process.on('uncaughtException', fault)
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
