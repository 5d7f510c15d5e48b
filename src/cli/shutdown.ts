import { constants } from 'node:os'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** A signal so soon after another is the same one: npm hands on what the terminal has sent to all already. */
const SAME_SIGNAL_MS = 500

/**
 * Aborts with the first SIGTERM or SIGINT, so that what is under way can be finished; the second one ends the process
 * at once.
 */
export function onShutdown(): AbortSignal {
  const asked = new AbortController()
  let askedAt = Number.POSITIVE_INFINITY
  const listen = (name: NodeJS.Signals) => {
    if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(128 + constants.signals[name])
    if (asked.signal.aborted) return
    askedAt = performance.now()
    asked.abort()
  }
  for (const name of SIGNALS) process.on(name, listen)
  return asked.signal
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
