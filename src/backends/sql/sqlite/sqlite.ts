import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database, { type RunResult } from 'better-sqlite3'
import type { Log } from '../../../log.ts'
import type { DatabaseName } from '../migrations.ts'
import { storableAll } from '../storable.ts'
import { blameFile } from './driver-errors.ts'
import { migrateSqlite } from './migrations.ts'

/** How long a statement waits for another process to release the file. It blocks this thread. */
const BUSY_MS = 5_000
/** A write-ahead log beyond this size is truncated at the next checkpoint. */
const WAL_BYTES = 64 * 1024 * 1024
/**
 * The number of pages of a write-ahead log after which it is copied into a file that can be rebuilt: many transactions
 * change the same pages, which are copied once. SQLite's default is 1000.
 */
const WAL_PAGES = WAL_BYTES / 4096
/** The number of prepared statements kept for each connection. */
const STATEMENTS = 200

/**
 * An open file: one connection that writes, and one that never does, whose `data_version` shows every commit.
 */
export interface SqliteFile {
  readonly file: string
  /** Rows of a reading statement. */
  all<Row>(sql: string, parameters?: readonly unknown[]): Row[]
  /** The first row of a reading statement. */
  get<Row>(sql: string, parameters?: readonly unknown[]): Row | undefined
  /** A prepared statement for the writing connection. */
  writing(sql: string): WritingStatement
  /** Waits for a write transaction, and runs `work` in it. */
  transaction<T>(work: () => T): T
  /** Changes with every commit to the file, whoever made it. */
  dataVersion(): number
  /** The bytes of the database and its write-ahead log. */
  size(): number
  /** Whether it answers, and is still the file that the path names. */
  state(): { ok: true } | { ok: false; reason: string }
  close(): void
}

export interface SqliteOptions {
  readonly file: string
  readonly database: DatabaseName
  readonly log: Log
  /**
   * Whether all data can be rebuilt: a power cut may lose the last commits, and deleted data is not wiped.
   */
  readonly rebuildable: boolean
  /** Called on the writing connection before the migrations: throws, in words, if the file cannot be used. */
  readonly inspect?: (db: Database.Database) => void
}

/** Opens or creates a file and brings its schema up to date. */
export function openSqlite(options: SqliteOptions): SqliteFile {
  const { file } = options
  return blameFile(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    if (options.database === 'state') keepPrivate(file)
    const writer = new Database(file, { timeout: BUSY_MS })
    try {
      prepareWriter(writer, options)
      const reader = new Database(file, { timeout: BUSY_MS, readonly: true })
      // The system also caches the file's pages: a larger cache made no page faster
      reader.pragma('cache_size = -8192')
      return sqliteFile(file, writer, reader)
    } catch (error) {
      writer.close()
      throw error
    }
  })
}

/** Files with hashes and secrets are for their owner only; SQLite gives its log the same permissions. */
function keepPrivate(file: string): void {
  // Never opened if it exists: closing it would drop every lock that this process has on it
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  const { mode, uid } = statSync(file)
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(file, 0o600)
}

function prepareWriter(writer: Database.Database, options: SqliteOptions): void {
  options.inspect?.(writer)
  writer.pragma('journal_mode = WAL')
  writer.pragma(`journal_size_limit = ${WAL_BYTES}`)
  if (options.rebuildable) writer.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
  writer.pragma(`synchronous = ${options.rebuildable ? 'NORMAL' : 'FULL'}`)
  writer.pragma(`secure_delete = ${options.rebuildable ? 'OFF' : 'ON'}`)
  writer.pragma('foreign_keys = ON')
  writer.pragma('cache_size = -16384')
  migrateSqlite(writer, options.database, options.file, options.log)
}

function sqliteFile(file: string, writer: Database.Database, reader: Database.Database): SqliteFile {
  const read = statementCache(sql => readingStatement(reader, sql))
  const write = statementCache(sql => writingStatement(writer, sql))
  const dataVersion = reader.prepare('PRAGMA data_version').pluck()
  const opened = statSync(file)
  return {
    file,
    all: <Row>(sql: string, parameters: readonly unknown[] = []) =>
      blameFile(file, () => read(sql).all(parameters) as Row[]),
    get: <Row>(sql: string, parameters: readonly unknown[] = []) =>
      blameFile(file, () => read(sql).get(parameters) as Row | undefined),
    writing: write,
    transaction: work => blameFile(file, () => writer.transaction(work).immediate()),
    dataVersion: () => blameFile(file, () => dataVersion.get() as number),
    size: () => sizeOf(file) + sizeOf(`${file}-wal`),
    state() {
      try {
        const now = statSync(file)
        if (now.ino !== opened.ino || now.dev !== opened.dev) throw new Error(`${file} was replaced: restart`)
        blameFile(file, () => read('SELECT 1').get([]))
        return { ok: true }
      } catch (error) {
        return { ok: false, reason: (error as Error).message }
      }
    },
    close() {
      reader.close()
      writer.close()
    },
  }
}

interface ReadingStatement {
  all(parameters: readonly unknown[]): unknown[]
  get(parameters: readonly unknown[]): unknown
}

/** A statement of the writing connection; parameters in order, or an object of named ones. */
export interface WritingStatement {
  /** Whether it returns rows. */
  readonly reader: boolean
  run(...parameters: readonly unknown[]): RunResult
  get(...parameters: readonly unknown[]): unknown
  all(...parameters: readonly unknown[]): unknown[]
  /** The same, with only the first column instead of each row. */
  pluck(): WritingStatement
}

function writingStatement(db: Database.Database, sql: string): WritingStatement {
  const statement = db.prepare(sql)
  return {
    reader: statement.reader,
    run: (...parameters) => statement.run(...storableAll(parameters)),
    get: (...parameters) => statement.get(...storableAll(parameters)),
    all: (...parameters) => statement.all(...storableAll(parameters)),
    pluck() {
      statement.pluck()
      return this
    },
  }
}

type Columns = Record<string, unknown>

/** Rows are read as arrays and converted here: better-sqlite3 takes half as long again to make objects. */
function readingStatement(db: Database.Database, sql: string): ReadingStatement {
  const statement = db.prepare<unknown[], unknown[]>(sql).raw()
  const names = statement.columns().map(column => column.name)
  const named = (values: readonly unknown[]): Columns => {
    const row: Columns = {}
    for (let place = 0; place < names.length; place++) row[names[place] as string] = values[place]
    return row
  }
  return {
    all: parameters => statement.all(...storableAll(parameters)).map(named),
    get(parameters) {
      const values = statement.get(...storableAll(parameters))
      return values && named(values)
    },
  }
}

/** Preparing costs more than most of our queries: the last used statements are kept. */
function statementCache<Prepared>(prepare: (sql: string) => Prepared): (sql: string) => Prepared {
  const kept = new Map<string, Prepared>()
  return sql => {
    const known = kept.get(sql)
    // Their order matters only when some have to go
    if (known !== undefined && kept.size < STATEMENTS) return known
    const statement = known ?? prepare(sql)
    kept.delete(sql)
    kept.set(sql, statement)
    const oldest = kept.size > STATEMENTS ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
    return statement
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
