import { closeSync, openSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Unavailable } from '../../../domain/errors.ts'
import { pause } from '../../../domain/time/pause.ts'
import { answerThread } from '../../../threads.ts'
import { isPublishedSchema, PUBLISHED, publishedStatements } from '../published-schema.ts'
import { copyBytes, hashFile, type PublishedCopy } from './copy-bytes.ts'

export interface PublishInput {
  readonly file: string
  /** A descriptor of `file` that stays open: see {@link readingDescriptor}. */
  readonly descriptor: number
  readonly toFile: string
}

/** How often, and after how long, to check again for a moment without a write-ahead log. */
const TRIES = 200
const PAUSE_MS = 25

await answerThread(async (input: PublishInput): Promise<PublishedCopy> => {
  const db = new Database(input.file, { timeout: PAUSE_MS })
  try {
    return isPublishedSchema(db) ? await copyFile(db, input) : copyRows(input)
  } finally {
    db.close()
  }
})

/**
 * Copies the bytes of the file while a read transaction that began on an empty write-ahead log keeps every
 * checkpoint from writing to it (https://sqlite.org/walformat.html, "read-mark 0").
 */
async function copyFile(
  db: Database.Database,
  { file, descriptor, toFile }: PublishInput,
): Promise<PublishedCopy> {
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
    // Answers busy instead of throwing while others read or write. Each checkpoint looks like a change to
    // others (`data_version`), so a needless one would have the same bytes published every minute
    if (walBytes() > 0) db.pragma('wal_checkpoint(TRUNCATE)')
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    if (walBytes() === 0) return
    db.exec('COMMIT')
    await pause(PAUSE_MS)
  }
  throw new Unavailable('the results database is being written to continuously: it cannot be copied now')
}

/** Copies the published columns of a file that has more, as older live databases have (`uuid`). */
function copyRows({ file, toFile }: PublishInput): PublishedCopy {
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
  return hashFile(toFile)
}
