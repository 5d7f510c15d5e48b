import { messageOf, Unavailable } from '../../../domain/errors.ts'
import { isFileFault } from '../../sql/sqlite/driver-errors.ts'
import type { Outage } from '../outage.ts'
import type { BrokerFile } from './file.ts'

/** The most writes in one transaction, so that it does not block the thread for long. */
const BATCH = 512

interface Write {
  readonly run: () => void
  readonly durable: boolean
  readonly committed: () => void
  readonly failed: (error: unknown) => void
}

/** Writes that are requested in the same turn of the event loop share one transaction, and one fsync. */
export interface Writes {
  /**
   * Runs `work` in a transaction soon; resolves once committed. If it throws, only its own writes are undone.
   */
  write<T>(work: () => T, options?: { readonly durable: boolean }): Promise<T>
  /** Why the last write to the file failed, undefined if it did not. */
  failure(): Outage | undefined
  /** Resolves when nothing is left to write; later writes are refused. */
  close(): Promise<void>
}

export function openWrites(file: BrokerFile, onCommit: () => void): Writes {
  const waiting: Write[] = []
  let failure: Outage | undefined
  let closed = false

  function note(error: unknown): void {
    failure =
      error === undefined ? undefined : { reason: messageOf(error), since: failure?.since ?? new Date() }
  }

  function flush(): void {
    const batch = waiting.splice(0, BATCH)
    if (waiting.length > 0) setImmediate(flush)
    const failed = new Map<Write, unknown>()
    try {
      file.transaction(
        batch.some(write => write.durable),
        () => {
          for (const write of batch) runAlone(file, write, failed)
        },
      )
      note([...failed.values()].find(isFileFault))
    } catch (error) {
      note(error)
      for (const write of batch) write.failed(error)
      return
    }
    for (const write of batch) failed.has(write) ? write.failed(failed.get(write)) : write.committed()
    onCommit()
  }

  return {
    write: (work, options) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Unavailable('the broker is closed'))
        let value: ReturnType<typeof work>
        const run = (): void => {
          value = work()
        }
        const committed = (): void => resolve(value)
        waiting.push({ run, committed, failed: reject, durable: options?.durable ?? false })
        if (waiting.length === 1) setImmediate(flush)
      }),
    failure: () => failure,
    async close() {
      while (waiting.length > 0) await new Promise(resolve => setImmediate(resolve))
      closed = true
    },
  }
}

/** A failure in a write affects only this write, unless SQLite rolled back the whole transaction. */
function runAlone(file: BrokerFile, write: Write, failed: Map<Write, unknown>): void {
  try {
    file.savepoint(write.run)
  } catch (error) {
    if (file.isTransactionOver()) throw error
    failed.set(write, error)
  }
}
