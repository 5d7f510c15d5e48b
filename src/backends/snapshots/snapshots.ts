import type { ExcuseDifferences } from '../../contracts/files/excuse-differences.ts'
import type { MachineTimeJson } from '../../contracts/files/machine-time-json.ts'
import type { QueuedJson } from '../../contracts/files/queued-json.ts'
import type { RunningJson } from '../../contracts/files/running-json.ts'
import type { StatisticsJson } from '../../contracts/files/statistics-json.ts'
import type { Alert } from '../../domain/alert.ts'

/**
 * Live state that one process writes and others read, here and in other programs on the host: small files that
 * are replaced as a whole by rename. The website watches them and keeps the parsed form.
 */
export interface Snapshots {
  readonly running: Snapshot<RunningJson>
  readonly queued: Snapshot<QueuedJson>
  readonly statistics: Snapshot<StatisticsJson>
  /** What tests cost, by who and what asked for them. */
  readonly machineTime: Snapshot<MachineTimeJson>
  /** Names of the public PPA containers. */
  readonly ppaContainers: Snapshot<readonly string[]>
  /** Of which tests of uploads this site says something else than britney. */
  readonly excuseDifferences: Snapshot<ExcuseDifferences>
  /** Has no writer but operators and `alert set`. */
  readonly alerts: Snapshot<readonly Alert[]>
  close(): Promise<void>
}

export interface Snapshot<T> {
  /** What the file said when it was last seen to change. Never blocks on more than a stat, never throws. */
  current(): Held<T>
  /** Replaces the file; readers see the old one or the new one. Unchanged bytes are written again once a minute at most. */
  replace(value: T): Promise<void>
  /** Calls back within a second of a change of what it says, whoever made it; returns the way to stop. */
  onChange(listener: () => void): () => void
}

export interface Held<T> {
  /** `missing`: there is no file yet; `broken`: it cannot be parsed, and the last good value stands. */
  readonly state: 'ok' | 'missing' | 'broken'
  readonly value: T
  /** The file as it is, for passing on. */
  readonly bytes: Uint8Array
  /** Changes with every change of the file. Only equality means anything. */
  readonly version: string
  /** When the file was last replaced, within a minute or so; undefined if it is missing. */
  readonly at: Date | undefined
}
