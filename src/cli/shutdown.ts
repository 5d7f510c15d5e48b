import { constants } from 'node:os'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Aborts with the first SIGTERM or SIGINT, so that what is under way can be finished; the second one ends the process
 * at once. `release` gives the signals back.
 */
export function onShutdown(): { readonly signal: AbortSignal; release(): void } {
  const asked = new AbortController()
  const listen = (name: NodeJS.Signals) => {
    if (asked.signal.aborted) process.exit(128 + constants.signals[name])
    asked.abort()
  }
  for (const name of SIGNALS) process.on(name, listen)
  return {
    signal: asked.signal,
    release() {
      for (const name of SIGNALS) process.off(name, listen)
    },
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
