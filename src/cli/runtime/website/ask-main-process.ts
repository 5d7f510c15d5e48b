import type { Exposition, Measured } from '../../../metrics.ts'
import type { Commons } from '../../../web/commons.ts'
import type { StreamLimit } from '../../../web/http/limits/stream-limit.ts'
import type { Beginning, FromProcess, Kind, Questions, ToProcess } from './process-messages.ts'

/** The main process counts and hands on, nothing else: if it has not answered by then, readers are not to wait for it. */
const PATIENCE_MS = 2_000

/** What a process of the website has of the main process. */
export interface MainProcess {
  /** Resolves to what this process is to be. */
  begin(): Promise<Beginning>
  /** What all processes know together; who cannot be asked about is let in. */
  commons(processes: number): Commons
  /** What all processes measured; undefined if that cannot be had. */
  metrics(): Promise<Exposition | undefined>
  listening(address: string, port: number): void
  /** Has `measure` answer when the main process collects. */
  measureBy(measure: () => Promise<Measured>): void
  /** Aborted when this process is to end. */
  readonly ending: AbortSignal
  close(): void
}

/** Connects to the main process, which has started this one. */
export function openMainProcess(): MainProcess {
  const tell = (message: FromProcess): void => {
    // It may be gone already: this process then ends as well
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }
  const asked = new Map<number, (answer: unknown) => void>()
  const ending = new AbortController()
  let measure: (() => Promise<Measured>) | undefined
  let ids = 0
  let begin: (beginning: Beginning) => void = () => {}
  const begun = new Promise<Beginning>(resolve => {
    begin = resolve
  })
  // Killed: the next website is to find the port free
  process.once('disconnect', () => process.exit(1))
  process.on('message', (message: ToProcess) => {
    if (message.kind === 'begin') begin(message.beginning)
    else if (message.kind === 'answer') asked.get(message.id)?.(message.answer)
    else if (message.kind === 'drain') ending.abort()
    else if (message.kind === 'ping') tell({ kind: 'pong' })
    else {
      measure?.().then(
        measured => tell({ kind: 'measured', measured }),
        () => undefined, // it is left out
      )
    }
  })

  function ask<Name extends keyof Questions>(
    name: Name,
    of: Questions[Name]['of'],
  ): Promise<Questions[Name]['answer'] | undefined> {
    const id = ++ids
    return new Promise(resolve => {
      const done = (answer: unknown): void => {
        clearTimeout(late)
        asked.delete(id)
        resolve(answer as Questions[Name]['answer'])
      }
      const late = setTimeout(done, PATIENCE_MS, undefined)
      asked.set(id, done)
      tell({ kind: 'question', id, question: { name, of } as never })
    })
  }

  function limit(kind: Kind): StreamLimit {
    return {
      async take(group) {
        const hold = ++ids
        if ((await ask('take', { kind, group, hold })) === false) return undefined
        let isOver = false
        return () => {
          if (!isOver) tell({ kind: 'over', hold })
          isOver = true
        }
      },
    }
  }

  return {
    begin() {
      tell({ kind: 'here' })
      return begun
    },
    commons: processes => ({
      processes,
      admitPage: async group => (await ask('admitPage', { group })) ?? true,
      streams: limit('streams'),
      posts: limit('posts'),
      promised: {
        promise: async (group, sha256) => ask('promise', { group, sha256 }),
        of: group => ask('promised', { group }),
      },
      badCredentials: {
        take: async group => (await ask('tryCredentials', { group })) ?? true,
        giveBack: group => tell({ kind: 'credentials were good', group }),
      },
      state: () => ask('state', {}),
    }),
    metrics: () => ask('metrics', {}),
    listening: (address, port) => tell({ kind: 'listening', address, port }),
    measureBy(by) {
      measure = by
    },
    ending: ending.signal,
    close() {
      process.removeAllListeners('disconnect')
      process.disconnect?.()
    },
  }
}
