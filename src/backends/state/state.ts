import type { Accounts } from './accounts.ts'
import type { GithubJobs } from './github-jobs.ts'
import type { Notes } from './notes.ts'
import type { QueueSamples } from './queue-samples.ts'
import type { Requests } from './requests.ts'
import type { Signing } from './signing.ts'
import type { DumpedRow } from './sql/dump.ts'

/**
 * Data that cannot be rebuilt, and the progress of long work. Kept apart from the results, never published.
 * Engines: a separate SQLite file, a schema of the same PostgreSQL database.
 */
export interface State {
  readonly accounts: Accounts
  readonly requests: Requests
  readonly githubJobs: GithubJobs
  readonly signing: Signing
  readonly queueSamples: QueueSamples
  readonly notes: Notes

  /** The value kept under a name: a resume point, a setting made once. */
  point(name: string): Promise<string | undefined>
  /** Keeps a value; undefined removes it. */
  setPoint(name: string, value: string | undefined): Promise<void>
  /**
   * Holds a lock among all processes that share this database while `work` runs; resolves to undefined
   * without running it if another process holds it. The lock of a dead holder ends within 30 s at most.
   */
  withLock<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>

  /** Whether there is anything to back up. */
  isUsed(): Promise<boolean>
  /** Every row to be backed up, as of one moment; others may write meanwhile. */
  dump(): AsyncIterable<DumpedRow>
  /**
   * Replaces all data by the rows of a dump, of either engine; returns how many. BadInput if it has unknown
   * tables or columns. On PostgreSQL it happens as a whole or not at all; on SQLite it is meant for a new
   * file.
   */
  load(rows: AsyncIterable<DumpedRow> | Iterable<DumpedRow>): Promise<number>

  check(): Promise<string[]>
  state(): Promise<{ ok: true } | { ok: false; reason: string }>
  close(): Promise<void>
}
