import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { Config } from '../../config/config.ts'
import { doublingMs } from '../../domain/time/backoff.ts'
import type { Log, LogFormat, LogLevel } from '../../log.ts'
import { spawnThread } from '../../threads.ts'

/** What the daemons' thread is given. */
export interface DaemonsThreadInput {
  readonly config: Config
  readonly level: LogLevel
  /** The thread itself does not know whether there is a terminal. */
  readonly format: LogFormat
}

/** The messages that it receives and sends. */
export type ToDaemons = 'stop' | 'metrics'
export type FromDaemons = { readonly metrics: string } | { readonly progress: Progress }

/** How much of something is there, while the database is filled. */
export interface Progress {
  readonly done: number
  readonly total: number
  /** What there is so much of, such as `made-up runs`. */
  readonly what: string
}

export interface DaemonsThread {
  start(): void
  /** What the daemons measured, in Prometheus' text form; '' if they do not answer in a second. */
  metrics(): Promise<string>
  /** Ends the daemons: what is under way finishes. */
  stop(): Promise<void>
}

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000
const STOP_MS = 15_000
const METRICS_MS = 1000

/** All daemons in a thread; if it dies, which only a bug does, that is logged and it is started again. */
export function daemonsThread(
  config: Config,
  log: Log,
  {
    onProgress,
    ...written
  }: { level: LogLevel; format: LogFormat; onProgress: (progress: Progress) => void },
): DaemonsThread {
  let worker: Worker | undefined
  let retry: NodeJS.Timeout | undefined
  let stopping = false
  let failures = 0

  function begin(): void {
    const input: DaemonsThreadInput = { config, ...written }
    const began = performance.now()
    const current = spawnThread(import.meta.url, './daemons.thread', input)
    worker = current
    current.on('message', (message: FromDaemons) => {
      if ('progress' in message) onProgress(message.progress)
    })
    current.on('error', err => log.error({ err }, 'the thread of the daemons failed'))
    current.on('exit', code => {
      worker = undefined
      if (stopping) return
      failures = performance.now() - began > LONGEST_RETRY_MS ? 1 : failures + 1
      const wait = doublingMs(failures, FIRST_RETRY_MS, LONGEST_RETRY_MS)
      log.error({ code, retryInSeconds: wait / 1000 }, 'the daemons ended unexpectedly and are restarted')
      retry = setTimeout(begin, wait)
    })
  }

  return {
    start: begin,
    async metrics() {
      const current = worker
      if (current === undefined) return ''
      const answer = new Promise<string>(resolve => {
        const listen = (message: FromDaemons) => {
          if ('metrics' in message) done(message.metrics)
        }
        const late = setTimeout(() => done(''), METRICS_MS)
        const done = (text: string) => {
          clearTimeout(late)
          current.off('message', listen)
          resolve(text)
        }
        current.on('message', listen)
      })
      current.postMessage('metrics' satisfies ToDaemons)
      return answer
    },
    async stop() {
      stopping = true
      clearTimeout(retry)
      const current = worker
      if (current === undefined) return
      const exited = once(current, 'exit')
      current.postMessage('stop' satisfies ToDaemons)
      const late = setTimeout(() => void current.terminate().catch(() => undefined), STOP_MS)
      await exited
      clearTimeout(late)
    },
  }
}
