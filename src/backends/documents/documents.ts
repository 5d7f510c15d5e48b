import type { Excuses } from '../../contracts/files/excuses.ts'
import type { Teams } from '../../contracts/files/teams.ts'

/**
 * Files and addresses that the operator configures, and others write: kept here until they change; if they
 * cannot be read, the last contents stay.
 */
export interface Documents {
  /** Teams with their packages; undefined if not configured. */
  readonly teams: KeptDocument<Teams> | undefined
  /** Britney's excuses; undefined if not configured. */
  readonly excuses: KeptDocument<Excuses> | undefined
  /** Lists of packages by their names. */
  readonly packageLists: ReadonlyMap<string, KeptDocument<readonly string[]>>
  /** How often each could not be read since the start, by its key in the configuration. */
  failures(): readonly { readonly document: string; readonly count: number }[]
  close(): Promise<void>
}

export interface KeptDocument<T> {
  /**
   * The value known now. Once it is older than its time, it is requested again, conditionally and in the
   * background; callers only wait before anything is known, and not for long. Never throws.
   */
  current(): Promise<KeptValue<T>>
  /** How often it could not be read since the start. */
  failures(): number
}

export interface KeptValue<T> {
  /** Undefined if it was never read. */
  readonly value: T | undefined
  /** When the source last answered, with the same or another value. */
  readonly readAt: Date | undefined
  /** Why the value may be old, or is missing; undefined if the source answered. */
  readonly problem: string | undefined
}
