import type { Run } from '../../domain/run/run.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'

/**
 * The results database: an index over the object store that can be rebuilt from it at any time. Engines:
 * SQLite, whose file has exactly the published schema, and PostgreSQL. Every query is bounded by its limit
 * and served by an index.
 */
export interface Results {
  /** The id created with the database: names our queues, and voids resume points of another database. */
  id(): Promise<string>
  /**
   * A text that changes with every change of a row. Called often: answered from memory or `PRAGMA
   * data_version`, never by a query over rows. Only equality means anything.
   */
  version(): string
  /** Calls back soon after a change of rows by anybody; returns a function that stops it. */
  onChange(listener: () => void): () => void

  /** Writes runs in one transaction; known ones are left unchanged. Returns the new ones. */
  record(runs: readonly Run[]): Promise<readonly Run[]>
  /**
   * Removes rows in one short transaction, and tests without any rows left (a run without a row only stands
   * for its test). Returns how many rows were removed.
   */
  remove(runs: readonly RunKey[]): Promise<number>
  /** Those of the runs that have no row. */
  unknownOf(runs: readonly RunKey[]): Promise<readonly RunKey[]>

  run(key: RunKey): Promise<Run | undefined>
  /** The runs of the same test right before and after this one by run id. */
  neighbours(key: RunKey): Promise<{ previous: Run | undefined; next: Run | undefined }>
  /** The newest run of each release and arch of a package. */
  newestRuns(packageName: string): Promise<Run[]>
  /** Runs of one test, newest first. */
  history(test: TestKey, page: HistoryPage): Promise<Run[]>
  /** Newest runs of all tests by run id as text; empty beyond the end, however great the offset. */
  newest(page: { limit: number; offset: number }): Promise<Run[]>
  /** The rows of these keys, in their order; keys without a row are left out. */
  runs(keys: readonly RunKey[]): Promise<Run[]>
  /**
   * How long the newest runs of each test took, in seconds, the newest first: at most `newest` of each,
   * without runs in which the testbed failed or that never started. In the order of the tests; empty if there
   * are none.
   */
  durations(tests: readonly TestKey[], newest: number): Promise<number[][]>
  /** All package names that have a test, in order. The cost grows with the packages, not the runs. */
  packageNames(): Promise<string[]>
  /** The tests of a release after a given one (undefined: from the first), by package and arch. */
  tests(release: string, page: TestPage): Promise<TestKey[]>
  /** Release and arch pairs that have at least one test. */
  testedPairs(): Promise<{ release: string; arch: string }[]>

  /**
   * Rows in the order in which they were committed, from a position on. A position belongs to one database
   * id; undefined begins at the start. A row that is committed later never comes before one already given: so
   * it may be given some moments after its commit, while an older transaction is still running. A position
   * whose row was removed begins again at the start: callers must accept a row twice.
   */
  since(position: string | undefined, limit: number): Promise<{ runs: Run[]; position: string | undefined }>

  /**
   * Counts for the statistics page, off the calling thread. A run passed if its exit code is 0, 2 or 8. Runs
   * with a trigger that is not current are left out: one that names a package which {@link currentVersions}
   * has for the release in another version. Triggers of packages that it does not have
   * (`migration-reference/0`, those of a PPA) count as current. Releases and arches without a run that counts
   * have no row.
   */
  statistics(options: { releases: readonly string[]; signal?: AbortSignal }): Promise<StatisticsRow[]>
  /**
   * The machine time of runs that ended since a moment: by architecture, package, requester and list of
   * triggers, the costliest of each kind first, bounded. Reads all rows of that time, off the calling thread.
   */
  machineTime(options: { since: Date; signal?: AbortSignal }): Promise<MachineTimeRow[]>

  /** The newest versions in the archive, as published for other programs. */
  currentVersions(): CurrentVersions

  /**
   * Writes a copy with exactly the published schema in rollback-journal mode, off the calling thread and in
   * bounded memory, with the sha256 of its bytes. The target is a path that does not exist yet.
   */
  copyPublished(toFile: string, signal?: AbortSignal): Promise<{ sha256: string; bytes: number }>

  /** The bytes on disk. */
  size(): Promise<number>
  /** Checks the schema version, and integrity by the engine's means; returns all problems, in words. */
  check(): Promise<string[]>
  /** Whether the database answers now. Never throws. */
  state(): Promise<{ ok: true } | { ok: false; reason: string }>
  close(): Promise<void>
}

/**
 * A page of a history: the newest `limit` runs before (exclusive) a run id, or the oldest `limit` after one.
 */
export interface HistoryPage {
  readonly limit: number
  readonly before?: string
  readonly after?: string
}

/** The next `limit` tests after (exclusive) a package and arch. */
export interface TestPage {
  readonly limit: number
  readonly after?: { readonly package: string; readonly arch: string } | undefined
}

/** The machine time of the runs of one arch, package, requester or list of triggers. */
export interface MachineTimeRow {
  /** `triggers` is the whole list of a run, separated by blanks. */
  readonly kind: 'arch' | 'package' | 'requester' | 'triggers'
  readonly name: string
  readonly runs: number
  readonly seconds: number
}

/** The numbers of one release and arch on the statistics page. */
export interface StatisticsRow {
  readonly release: string
  readonly arch: string
  /** Packages with at least one run that counts. */
  readonly numpkgs: number
  /** Packages with at least one such run that passed. */
  readonly numpkgspass: number
  readonly passruns: number
  readonly failruns: number
}

export interface CurrentVersionRow {
  readonly release: string
  readonly pocket: string
  readonly component: string
  readonly package: string
  readonly version: string
}

/** `current_version` and `url_last_checked`: a mirror of the archive's Sources, refreshed index by index. */
export interface CurrentVersions {
  /** The Last-Modified kept for an index's URL. */
  lastChecked(url: string): Promise<string | undefined>
  /**
   * Replaces the rows of an index, in one transaction, and keeps its Last-Modified. False, with the Last-Modified that
   * is kept already, if the rows are the same.
   */
  refresh(url: string, lastModified: string, rows: readonly CurrentVersionRow[]): Promise<boolean>
  /** The newest version of every package of a release. */
  versions(release: string): Promise<ReadonlyMap<string, string>>
  /** Removes all archive data of a release. */
  forget(release: string): Promise<void>
  /** A text that changes whenever these tables change; they do not count for {@link Results.version}. */
  version(): Promise<string>
}
