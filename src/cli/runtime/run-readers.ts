import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunKey } from '../../domain/test/test.ts'
import type { ReadRun } from '../../operations/ingest/read-stored-run.ts'
import { spawnThread } from '../../threads.ts'

export interface ReaderInput {
  /** Folder of the store. */
  readonly root: string
}

/** Runs of one container that a thread reads in turn, and what it found of each, in the same order. */
export interface ToReader {
  readonly container: string
  readonly keys: readonly RunKey[]
  readonly logHeads: boolean
}
export type ReadAnswer =
  | { readonly run: Run | undefined }
  | { readonly fault: 'bad input' | 'unavailable'; readonly message: string }
export type FromReader = readonly ReadAnswer[]

/** Threads that read the files of runs from a store in a folder. */
export interface RunReaders extends AsyncDisposable {
  readonly read: ReadRun
  /** So many runs asked for together keep all threads busy. */
  readonly atOnce: number
  /** Ends the threads; what is asked of them still is Unavailable. */
  close(): Promise<void>
}

interface Asked {
  readonly container: string
  readonly key: RunKey
  readonly logHeads: boolean
  readonly signal: AbortSignal
  /** The thread that read it together with others has ended: it is read alone. */
  isSuspect: boolean
  resolve(run: Run | undefined): void
  reject(reason: unknown): void
}

interface Reader {
  readonly worker: Worker
  /** What it was given, the eldest first: one is read, the next is at hand meanwhile. */
  readonly given: (readonly Asked[])[]
  /** What it died of, where it said so. */
  failure?: unknown
}

/** Fewer messages cost less; more runs of one would keep the other threads waiting at the end. */
const RUNS_AT_ONCE = 16
const GIVEN_AHEAD = 2
const MEMORY_MB = 256

/**
 * Each thread waits for the disk itself, so there are some where there are few processors too; they are started
 * when there is something to read. One that dies is followed by another, and what it was reading is read once more,
 * one run at a time: the run that a thread dies of again is Unavailable, and no other.
 */
export function runReaders(
  { root }: ReaderInput,
  { most = Math.min(Math.max(availableParallelism(), 2), 8), entry = './run-readers.thread' } = {},
): RunReaders {
  const readers = new Set<Reader>()
  const waiting: Asked[] = []
  let isClosed = false

  /** A thread that can take more: one that runs, or another. Suspects are given to one that has nothing to do. */
  function findReader(alone: boolean): Reader | undefined {
    const free = [...readers].filter(({ given }) => given.length < (alone ? 1 : GIVEN_AHEAD))
    const found = free
      .filter(({ given }) => !given.some(batch => batch.some(one => one.isSuspect)))
      .sort((a, b) => a.given.length - b.given.length)[0]
    const isIdle = found?.given.length === 0
    return isIdle || readers.size >= most ? found : startReader()
  }

  function startReader(): Reader {
    const worker = spawnThread(import.meta.url, entry, { root }, { maxOldGenerationSizeMb: MEMORY_MB })
    const reader: Reader = { worker, given: [] }
    readers.add(reader)
    worker.on('message', (answers: FromReader) => {
      for (const [place, asked] of (reader.given.shift() ?? []).entries()) settle(asked, answers[place])
      handOut()
    })
    worker.on('error', error => {
      reader.failure = error
    })
    worker.on('exit', code => {
      readers.delete(reader)
      const reason = reader.failure === undefined ? `exit code ${code}` : messageOf(reader.failure)
      giveBack(reader.given.flat(), reason)
      handOut()
    })
    return reader
  }

  function giveBack(unread: readonly Asked[], reason: string): void {
    for (const asked of unread) {
      if (asked.isSuspect || unread.length === 1)
        asked.reject(new Unavailable(`the thread that read it died (${reason})`))
      else {
        asked.isSuspect = true
        waiting.unshift(asked)
      }
    }
  }

  function handOut(): void {
    for (;;) {
      const first = waiting[0]
      if (first?.signal.aborted) {
        waiting.shift()
        first.reject(first.signal.reason)
        continue
      }
      const reader = first && findReader(first.isSuspect)
      if (first === undefined || reader === undefined) return
      const batch = waiting.splice(0, first.isSuspect ? 1 : batchLength(first))
      reader.given.push(batch)
      const { container, logHeads } = first
      reader.worker.postMessage({ container, keys: batch.map(one => one.key), logHeads } satisfies ToReader)
    }
  }

  function batchLength(first: Asked): number {
    const other = waiting.findIndex(
      one => one.container !== first.container || one.logHeads !== first.logHeads || one.isSuspect,
    )
    return Math.min(other === -1 ? waiting.length : other, RUNS_AT_ONCE)
  }

  const close = async () => {
    isClosed = true
    for (const asked of waiting.splice(0)) asked.reject(closed())
    for (const { given } of readers) for (const asked of given.splice(0).flat()) asked.reject(closed())
    await Promise.all([...readers].map(({ worker }) => worker.terminate()))
  }
  return {
    read: (container, key, { logHeads, signal }) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw closed()
        waiting.push({ container, key, logHeads, signal, isSuspect: false, resolve, reject })
        // What is asked for together goes together
        if (waiting.length === 1) queueMicrotask(handOut)
      }),
    atOnce: most * GIVEN_AHEAD * RUNS_AT_ONCE,
    close,
    [Symbol.asyncDispose]: close,
  }
}

const closed = () => new Unavailable('the threads that read runs were ended')

function settle({ resolve, reject }: Asked, answer: ReadAnswer | undefined): void {
  if (answer === undefined) reject(new Unavailable('the thread that read it gave no answer'))
  else if ('run' in answer) resolve(answer.run)
  else reject(answer.fault === 'bad input' ? new BadInput(answer.message) : new Unavailable(answer.message))
}
