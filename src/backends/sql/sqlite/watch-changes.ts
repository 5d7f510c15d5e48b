import { type WakeOptions, wakeOnChange } from '../../files/wake-on-change.ts'

/** Calls listeners back when a version changes; reads it only while there are listeners. */
export interface ChangeWatch {
  onChange(listener: () => void): () => void
  close(): void
}

/**
 * Watches a version that commits to a SQLite file change: compared when the file's write-ahead log was written.
 * One that cannot be read now is compared again later.
 */
export function watchVersion(
  file: string,
  version: () => string,
  options?: Pick<WakeOptions, 'pollMs'>,
): ChangeWatch {
  const listeners = new Set<() => void>()
  let waking: ReturnType<typeof wakeOnChange> | undefined
  let last: string | undefined

  const read = (): string | undefined => {
    try {
      return version()
    } catch {
      return undefined
    }
  }
  const stop = () => {
    waking?.close()
    waking = undefined
  }
  const look = () => {
    const now = read()
    if (now === last) return 'unseen'
    last = now
    for (const listener of listeners) listener()
    return 'seen'
  }
  return {
    onChange(listener) {
      listeners.add(listener)
      if (waking === undefined) {
        waking = wakeOnChange(`${file}-wal`, look, options)
        last = read()
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
