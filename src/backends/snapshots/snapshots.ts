import type { ExcuseDifferences } from '../../contracts/files/excuse-differences.ts'
import type { MachineTimeJson } from '../../contracts/files/machine-time-json.ts'
import type { QueuedJson } from '../../contracts/files/queued-json.ts'
import type { RunningJson } from '../../contracts/files/running-json.ts'
import type { StatisticsJson } from '../../contracts/files/statistics-json.ts'
import type { Alert } from '../../domain/alert.ts'

/**
 * Live state that one process writes and others read, here and in other programs on the host: small files
 * that are replaced as a whole by rename. The website watches them and keeps the parsed form.
 */
export interface Snapshots {
  readonly running: Snapshot<RunningJson>
  readonly queued: Snapshot<QueuedJson>
  readonly statistics: Snapshot<StatisticsJson>
  /** The cost of tests, by the people and packages that caused it. */
  readonly machineTime: Snapshot<MachineTimeJson>
  /** Names of the public PPA containers. */
  readonly ppaContainers: Snapshot<readonly string[]>
  /** The tests of uploads for which this site and britney disagree. */
  readonly excuseDifferences: Snapshot<ExcuseDifferences>
  /** Only written by operators and `alert set`. */
  readonly alerts: Snapshot<readonly Alert[]>
  close(): Promise<void>
}

export interface Snapshot<T> {
  /** The contents of the file at its last seen change. Never blocks on more than a stat, never throws. */
  current(): Held<T>
  /**
   * Replaces the file; readers see the old or the new one. Unchanged bytes are written at most once a minute.
   */
  replace(value: T): Promise<void>
  /** Calls back within a second of a change of its contents by anybody; returns a function that stops it. */
  onChange(listener: () => void): () => void
}

export interface Held<T> {
  /** `missing`: there is no file yet; `broken`: it cannot be parsed, and the last good value is kept. */
  readonly state: 'ok' | 'missing' | 'broken'
  readonly value: T
  /** The bytes of the file, for passing on. */
  readonly bytes: Uint8Array
  /** Changes with every change of the file. Only equality means anything. */
  readonly version: string
  /** When the file was last replaced, within a minute or so; undefined if it is missing. */
  readonly at: Date | undefined
}
