import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Unavailable } from '../../domain/errors.ts'
import { answerThread } from '../../threads.ts'
import { isPublishedSchema, PUBLISHED, publishedStatements } from './published-schema.ts'

export interface PublishInput {
  readonly file: string
  /** A descriptor of `file` that stays open: see {@link readingDescriptor}. */
  readonly descriptor: number
  readonly toFile: string
}

export interface Published {
  readonly sha256: string
  readonly bytes: number
}

const CHUNK = 1024 * 1024
/** How often, and after how long, to look again for a moment without a write-ahead log. */
const TRIES = 200
const PAUSE_MS = 25

await answerThread(async (input: PublishInput): Promise<Published> => {
  try {
    const db = new Database(input.file, { timeout: PAUSE_MS })
    try {
      return isPublishedSchema(db) ? await copyFile(db, input) : copyRows(input)
    } finally {
      db.close()
    }
  } catch (error) {
    rmSync(input.toFile, { force: true })
    throw error
  }
})

/**
 * Copies the bytes of the file while a read transaction that began on an empty write-ahead log keeps every
 * checkpoint from writing to it (https://sqlite.org/walformat.html, "read-mark 0").
 */
async function copyFile(
  db: Database.Database,
  { file, descriptor, toFile }: PublishInput,
): Promise<Published> {
  await beginOnEmptyLog(db, `${file}-wal`)
  try {
    return copyBytes(descriptor, toFile)
  } finally {
    db.exec('COMMIT')
  }
}

async function beginOnEmptyLog(db: Database.Database, wal: string): Promise<void> {
  const walBytes = () => statSync(wal, { throwIfNoEntry: false })?.size ?? 0
  for (let tried = 0; tried < TRIES; tried++) {
    // Answers busy instead of throwing when somebody reads or writes. Each one looks like a change to others
    // (`data_version`), so that one without need would have the same bytes published every minute
    if (walBytes() > 0) db.pragma('wal_checkpoint(TRUNCATE)')
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    if (walBytes() === 0) return
    db.exec('COMMIT')
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
  throw new Unavailable('the results database is written to without a pause: it cannot be copied now')
}

function copyBytes(from: number, toFile: string): Published {
  const to = openSync(toFile, 'wx', 0o644)
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(CHUNK)
    let bytes = 0
    for (
      let read = readSync(from, buffer, 0, CHUNK, 0);
      read > 0;
      read = readSync(from, buffer, 0, CHUNK, bytes)
    ) {
      const chunk = buffer.subarray(0, read)
      // The file format's write and read version: 1 is a rollback journal, 2 is a write-ahead log
      if (bytes === 0) chunk.fill(1, 18, 20)
      hash.update(chunk)
      writeWhole(to, chunk)
      bytes += read
    }
    fsyncSync(to)
    return { sha256: hash.digest('hex'), bytes }
  } finally {
    closeSync(to)
  }
}

function writeWhole(to: number, chunk: Buffer): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(to, chunk, written)
}

/** Copies the published columns of a file that has more, as the live databases of old have (`uuid`). */
function copyRows({ file, toFile }: PublishInput): Published {
  const { tables, indexes } = publishedStatements()
  closeSync(openSync(toFile, 'wx', 0o644))
  const db = new Database(toFile)
  try {
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = OFF')
    db.pragma('foreign_keys = OFF')
    for (const statement of tables) db.exec(statement)
    db.prepare('ATTACH ? AS live').run(file)
    db.exec('BEGIN')
    for (const [table, columns] of Object.entries(PUBLISHED)) {
      db.exec(`INSERT INTO main.${table}(${columns}) SELECT ${columns} FROM live.${table} ORDER BY rowid`)
    }
    db.exec('COMMIT')
    db.exec('DETACH live')
    for (const statement of indexes) db.exec(statement)
  } finally {
    db.close()
  }
  const descriptor = openSync(toFile, 'r+')
  try {
    fsyncSync(descriptor)
    return hashFile(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function hashFile(descriptor: number): Published {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK)
  let bytes = 0
  for (let read = 1; read > 0; bytes += read) {
    read = readSync(descriptor, buffer, 0, CHUNK, bytes)
    hash.update(buffer.subarray(0, read))
  }
  return { sha256: hash.digest('hex'), bytes }
}
