import type { ChildProcess } from 'node:child_process'
import type { Measured } from '../../../metrics.ts'
import type { ProcessAnswers } from './answer-processes.ts'
import type { Beginning, FromProcess, Question, ToProcess } from './process-messages.ts'

/** How often a process is checked, and after how long without an answer it is ended. */
const PING_MS = 20_000
const SILENT_MS = 60_000
/** A scrape waits so long for one process, and else takes what it said last. */
const MEASURE_MS = 1_000

/** One process of the website, from its start to its end. */
export interface WebsiteProcess {
  readonly pid: number | undefined
  readonly startedAt: number
  isListening(): boolean
  /** Asks it to end in order. */
  drain(): void
  kill(): void
  /** What it measured, now or when it last said; nothing before it has. */
  measured(): Promise<Measured>
  lastMeasured(): Measured
}

export interface ChildEvents {
  listening(at: { readonly address: string; readonly port: number }): void
  ended(child: WebsiteProcess, how: { readonly code: number | null; readonly signal: string | null }): void
}

/** Follows a process that was just started, and tells it what it is to be. */
export function followChild(
  started: ChildProcess,
  beginning: Beginning,
  answers: ProcessAnswers,
  events: ChildEvents,
): WebsiteProcess {
  let listening = false
  let last: Measured = []
  let heardAt = performance.now()
  const waiting: (() => void)[] = []

  const tell = (message: ToProcess): void => {
    if (started.connected) started.send(message, () => {}) // one that is gone is told of by its end
  }
  const answer = (id: number, question: Question): void => {
    answers.answer(question).then(
      found => tell({ kind: 'answer', id, answer: found }),
      () => undefined, // unanswered, it goes on without after a while
    )
  }
  const hear = (message: FromProcess): void => {
    heardAt = performance.now()
    if (message.kind === 'here') tell({ kind: 'begin', beginning })
    else if (message.kind === 'question') answer(message.id, message.question)
    else if (message.kind === 'over') answers.over(message.hold)
    else if (message.kind === 'credentials were good') answers.goodCredentials(message.group)
    else if (message.kind === 'listening') {
      listening = true
      events.listening(message)
    } else if (message.kind === 'measured') {
      last = message.measured
      for (const done of waiting.splice(0)) done()
    }
  }
  const ping = setInterval(() => {
    if (performance.now() - heardAt > SILENT_MS + PING_MS) started.kill('SIGKILL')
    else tell({ kind: 'ping' })
  }, PING_MS)

  const child: WebsiteProcess = {
    pid: started.pid,
    startedAt: performance.now(),
    isListening: () => listening,
    drain: () => tell({ kind: 'drain' }),
    kill: () => void started.kill('SIGKILL'),
    async measured() {
      await new Promise<void>(resolve => {
        const late = setTimeout(resolve, MEASURE_MS)
        waiting.push(() => {
          clearTimeout(late)
          resolve()
        })
        tell({ kind: 'measure' })
      })
      return last
    },
    lastMeasured: () => last,
  }
  started.on('message', hear)
  let hasEnded = false
  const end = (code: number | null, signal: string | null): void => {
    if (hasEnded) return
    hasEnded = true
    listening = false
    clearInterval(ping)
    answers.end()
    for (const done of waiting.splice(0)) done()
    events.ended(child, { code, signal })
  }
  started.once('exit', end)
  // One that could not be started at all has no exit
  started.on('error', () => started.pid === undefined && end(null, null))
  return child
}
