import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database, { type Statement } from 'better-sqlite3'
import { Conflict, messageOf, Unavailable } from '../../../domain/errors.ts'
import { blameFile } from '../../sql/sqlite/driver-errors.ts'

const SCHEMA_VERSION = 1
/** How long a statement waits for another process to release the file. It blocks this thread. */
const BUSY_MS = 5_000

/**
 * A message is waiting while it has no holder; its id is its place in the queue. The owner of an exclusive
 * queue is its session. Queues bound to the exchange '' get a copy of everything sent to queues by name.
 */
const SCHEMA = `
CREATE TABLE session (id INTEGER PRIMARY KEY AUTOINCREMENT, beat INTEGER NOT NULL);
CREATE TABLE exchange (name TEXT PRIMARY KEY, durable INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, owner INTEGER);
CREATE INDEX queue_owner ON queue (owner) WHERE owner IS NOT NULL;
CREATE TABLE binding (exchange TEXT NOT NULL, queue INTEGER NOT NULL, PRIMARY KEY (exchange, queue)) WITHOUT ROWID;
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  holder INTEGER,
  redelivered INTEGER NOT NULL DEFAULT 0,
  headers TEXT,
  body BLOB NOT NULL,
  properties TEXT
);
CREATE INDEX message_waiting ON message (queue) WHERE holder IS NULL;
CREATE INDEX message_held ON message (holder) WHERE holder IS NOT NULL;
PRAGMA user_version = ${SCHEMA_VERSION};
`

/** A file that holds a broker, open in this process. */
export interface BrokerFile {
  /** A prepared statement. */
  sql(text: string): Statement<unknown[], unknown>
  /** Runs `work` in one write transaction; `durable` makes it survive a power cut, and costs an fsync. */
  transaction(durable: boolean, work: () => void): void
  /** Runs `work` inside a transaction: if it throws, only its own writes are undone. */
  savepoint(work: () => void): void
  /** Whether no transaction is open: SQLite rolls back the whole transaction after some disk failures. */
  isTransactionOver(): boolean
  /** Runs `work` on one state of the file. */
  snapshot<T>(work: () => T): T
  /** Changes when another connection, of any process, has written; undefined if it cannot be read. */
  version(): number | undefined
  close(): void
}

/** Opens or creates the file, readable by its owner only, as requests may hold credentials. */
export function openBrokerFile(path: string): BrokerFile {
  try {
    mkdirSync(dirname(path), { recursive: true })
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new Unavailable(`${path} cannot be opened: ${messageOf(error)}`, { cause: error })
  }
  return blameFile(path, () => {
    const db = new Database(path, { timeout: BUSY_MS })
    try {
      becomeWal(db)
      db.pragma('journal_size_limit = 67108864')
      makeSchema(db, path)
      return brokerFile(db, path)
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** SQLite does not wait for its lock here when several processes open a new file at the same time. */
function becomeWal(db: Database.Database): void {
  for (const until = performance.now() + BUSY_MS; ; ) {
    try {
      db.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
      if (!busy || performance.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function makeSchema(db: Database.Database, path: string): void {
  const version = (): number => Number(db.pragma('user_version', { simple: true }))
  if (version() > SCHEMA_VERSION) throw new Conflict(`${path} was written by a newer version of this program`)
  const lacksProperties = (): boolean =>
    db.prepare("SELECT 1 FROM pragma_table_info('message') WHERE name = 'properties'").get() === undefined
  if (version() === SCHEMA_VERSION && !lacksProperties()) return
  const make = db.transaction(() => {
    if (version() === 0) db.exec(SCHEMA)
    // A file of an earlier program, which may be used again: it does not know this column, and need not
    else if (lacksProperties()) db.exec('ALTER TABLE message ADD COLUMN properties TEXT')
  })
  make.immediate()
}

function brokerFile(db: Database.Database, path: string): BrokerFile {
  const statements = new Map<string, Statement<unknown[], unknown>>()
  const version = db.prepare('PRAGMA data_version').pluck()
  const begin = db.transaction((work: () => unknown) => work())
  let durableNow: boolean | undefined

  return {
    sql(text) {
      const statement = statements.get(text) ?? db.prepare(text)
      statements.set(text, statement)
      return statement
    },
    transaction(durable, work) {
      blameFile(path, () => {
        if (durable !== durableNow) db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
        durableNow = durable
        begin.immediate(work)
      })
    },
    // better-sqlite3 turns a transaction inside another into a savepoint
    savepoint: work => blameFile(path, () => void begin(work)),
    isTransactionOver: () => !db.inTransaction,
    snapshot: <T>(work: () => T) => blameFile(path, () => begin.deferred(work) as T),
    version() {
      try {
        return version.get() as number
      } catch {
        return undefined
      }
    },
    close: () => void db.close(),
  }
}
