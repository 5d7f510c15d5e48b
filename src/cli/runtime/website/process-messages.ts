import type { Config } from '../../../config/config.ts'
import type { LogFormat, LogLevel } from '../../../log.ts'
import type { Exposition, Measured } from '../../../metrics.ts'
import type { ProcessesState } from '../../../web/commons.ts'

/** What a process of the website asks the main process: the question, and what it is answered with. */
export interface Questions {
  admitPage: { of: { readonly group: string }; answer: boolean }
  /** `hold` is the asker's own number of what it then holds, until it says that it is over. */
  take: { of: { readonly kind: Kind; readonly group: string; readonly hold: number }; answer: boolean }
  promise: { of: { readonly group: string; readonly sha256: string }; answer: undefined }
  promised: { of: { readonly group: string }; answer: string | undefined }
  tryCredentials: { of: { readonly group: string }; answer: boolean }
  state: { of: Record<string, never>; answer: ProcessesState | undefined }
  metrics: { of: Record<string, never>; answer: Exposition }
}

/** What an address holds for a while. */
export type Kind = 'streams' | 'posts'

export type Question = {
  [Name in keyof Questions]: { readonly name: Name; readonly of: Questions[Name]['of'] }
}[keyof Questions]

/** What a new process is to be. */
export interface Beginning {
  readonly config: Config
  readonly level: LogLevel
  readonly format: LogFormat
  /** How many of its kind there are. */
  readonly processes: number
}

/** From the main process. */
export type ToProcess =
  | { readonly kind: 'begin'; readonly beginning: Beginning }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'drain' | 'ping' | 'measure' }

/** To the main process. */
export type FromProcess =
  | { readonly kind: 'here' | 'pong' }
  | { readonly kind: 'listening'; readonly address: string; readonly port: number }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  | { readonly kind: 'over'; readonly hold: number }
  | { readonly kind: 'credentials were good'; readonly group: string }
  | { readonly kind: 'measured'; readonly measured: Measured }
