import type { Excuses } from '../../contracts/files/excuses.ts'
import type { Teams } from '../../contracts/files/teams.ts'

/**
 * Files and addresses that the operator names, and others write: kept here as long as they do not change, and as they were
 * last where they cannot be read.
 */
export interface Documents {
  /** Teams with their packages; undefined where none are configured. */
  readonly teams: KeptDocument<Teams> | undefined
  /** Britney's excuses; undefined where none are configured. */
  readonly excuses: KeptDocument<Excuses> | undefined
  /** Lists of packages by their names. */
  readonly packageLists: ReadonlyMap<string, KeptDocument<readonly string[]>>
  /** How often each could not be read since the start, by its key in the configuration. */
  failures(): readonly { readonly document: string; readonly count: number }[]
  close(): Promise<void>
}

export interface KeptDocument<T> {
  /**
   * What is known now. It is asked for again, by condition and behind the answer, once it is older than its time; only who
   * comes before anything is known waits, and not for long. Never throws.
   */
  current(): Promise<KeptValue<T>>
  /** How often it could not be read since the start. */
  failures(): number
}

export interface KeptValue<T> {
  /** Undefined: it was never read. */
  readonly value: T | undefined
  /** When the source last answered, with the same or with another. */
  readonly readAt: Date | undefined
  /** Why what is kept may be old, or is not there; undefined: the source answered. */
  readonly problem: string | undefined
}
