import { isFailure, messageOf, Unavailable } from '../../domain/errors.ts'
import type { BrokerFile } from './embedded-file.ts'
import type { Outage } from './outage.ts'

/** One transaction holds at most so many writes, so that it does not block the thread for long. */
const BATCH = 512

interface Write {
  readonly run: () => void
  readonly durable: boolean
  /** Called after the commit, or with what went wrong. */
  readonly done: (error?: unknown) => void
}

/** Writes that are asked for in the same turn of the event loop share one transaction, and one fsync. */
export interface Writes {
  /** Runs `work` in a transaction soon; resolves once committed. A failure of `work` fails it alone. */
  write<T>(work: () => T, options?: { readonly durable: boolean }): Promise<T>
  /** Why the last transaction failed, undefined if it did not. */
  failure(): Outage | undefined
  /** Resolves when nothing is left to write; later writes are refused. */
  close(): Promise<void>
}

export function openWrites(file: BrokerFile, onCommit: () => void): Writes {
  const waiting: Write[] = []
  let failure: Outage | undefined
  let closed = false

  function flush(): void {
    const batch = waiting.splice(0, BATCH)
    if (waiting.length > 0) setImmediate(flush)
    const failed = new Map<Write, unknown>()
    try {
      file.transaction(
        batch.some(write => write.durable),
        () => {
          for (const write of batch) runAlone(write, failed)
        },
      )
      failure = undefined
    } catch (error) {
      failure = { reason: messageOf(error), since: failure?.since ?? new Date() }
      for (const write of batch) write.done(error)
      return
    }
    for (const write of batch) write.done(failed.get(write))
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
        const done = (error?: unknown): void => (error === undefined ? resolve(value) : reject(error))
        waiting.push({ run, done, durable: options?.durable ?? false })
        if (waiting.length === 1) setImmediate(flush)
      }),
    failure: () => failure,
    async close() {
      while (waiting.length > 0) await new Promise(resolve => setImmediate(resolve))
      closed = true
    },
  }
}

/** A named failure is thrown before anything is written, and concerns this write only. */
function runAlone(write: Write, failed: Map<Write, unknown>): void {
  try {
    write.run()
  } catch (error) {
    if (!isFailure(error)) throw error
    failed.set(write, error)
  }
}
