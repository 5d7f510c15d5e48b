/** How often a version is compared while there are listeners. Reading it costs microseconds. */
const INTERVAL_MS = 250

/** Calls listeners back when a version changes; reads it only while there are listeners. */
export interface ChangeWatch {
  onChange(listener: () => void): () => void
  close(): void
}

/** Watches a version that must be polled; one that cannot be read now is compared again later. */
export function watchVersion(version: () => string): ChangeWatch {
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  let last: string | undefined

  const read = (): string | undefined => {
    try {
      return version()
    } catch {
      return undefined
    }
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const look = () => {
    const now = read()
    if (now === last) return
    last = now
    for (const listener of listeners) listener()
  }
  return {
    onChange(listener) {
      listeners.add(listener)
      if (timer === undefined) {
        last = read()
        timer = setInterval(look, INTERVAL_MS).unref()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
    close() {
      listeners.clear()
      stop()
    },
  }
}
