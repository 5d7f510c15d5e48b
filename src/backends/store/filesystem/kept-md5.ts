import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pLimit from 'p-limit'
import { turn } from '../../../domain/time/turns.ts'

/** Beside the containers, where plain files are ignored. All of it can be rebuilt. */
const FILE = '.md5.db'
const SCHEMA = `CREATE TABLE IF NOT EXISTS md5(
  inode TEXT PRIMARY KEY, state TEXT NOT NULL, md5 TEXT NOT NULL) WITHOUT ROWID`
/** Within this time a file may change again without a new time of change: its MD5 is not kept yet. */
const YOUNG_MS = 1_000
/** The number of files read at once, and of MD5s remembered if the file cannot be written. */
const AT_ONCE = 4
const MOST_REMEMBERED = 20_000
const PIECE_BYTES = 256 * 1024

/** MD5s of files, in hex: each is computed once, by reading the file, and kept until the file changes. */
export interface KeptMd5 {
  /**
   * The MD5 of an open file.
   * @param stats its metadata, for which the MD5 is kept
   */
  of(handle: FileHandle, stats: BigIntStats): Promise<string>
  /** Undefined if it has to be computed. */
  known(stats: BigIntStats): string | undefined
  close(): void
}

/** The values that change with every write to a file, in place or by a rename. */
const inodeOf = ({ dev, ino }: BigIntStats): string => `${dev} ${ino}`
const stateOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size} ${mtimeNs} ${ctimeNs}`

/** Keeps them in a file of the store's folder, for all processes; in memory if that is not writable. */
export function keptMd5(root: string): KeptMd5 {
  const remembered = new Map<string, string>()
  const limit = pLimit(AT_ONCE)
  let kept: KeptFile | undefined | 'none'

  /** Errors of the file are ignored, as its contents can be computed again. */
  const attempt = <T>(work: (file: KeptFile) => T): T | undefined => {
    if (kept === 'none') return undefined
    try {
      kept ??= openKept(root)
      return work(kept)
    } catch {
      if (kept !== undefined) kept.db.close()
      kept = 'none'
      return undefined
    }
  }
  const known = (stats: BigIntStats): string | undefined => {
    const key = `${inodeOf(stats)} ${stateOf(stats)}`
    return (
      remembered.get(key) ??
      attempt(({ read }) => {
        const row = read.get(inodeOf(stats))
        const { state, md5 } = (row ?? {}) as { state?: string; md5?: string }
        return state === stateOf(stats) ? md5 : undefined
      })
    )
  }
  const keep = (stats: BigIntStats, md5: string): void => {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(`${inodeOf(stats)} ${stateOf(stats)}`, md5)
    attempt(({ write }) => write.run(inodeOf(stats), stateOf(stats), md5))
  }
  return {
    known,
    of: (handle, stats) =>
      limit(async () => {
        const before = known(stats)
        if (before !== undefined) return before
        const md5 = await md5Of(handle)
        const after = await handle.stat({ bigint: true })
        const isYoung = Date.now() - Number(after.ctimeMs) < YOUNG_MS
        if (stateOf(after) === stateOf(stats) && !isYoung) keep(stats, md5)
        return md5
      }),
    close() {
      if (kept !== undefined && kept !== 'none') kept.db.close()
      kept = 'none'
    },
  }
}

async function md5Of(handle: FileHandle): Promise<string> {
  const hash = createHash('md5')
  const buffer = Buffer.allocUnsafe(PIECE_BYTES)
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, position)
    if (bytesRead === 0) return hash.digest('hex')
    // Each takes half a millisecond: other work has its turn in between, however many files are read
    await turn()
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}

interface KeptFile {
  readonly db: Database.Database
  readonly read: Database.Statement
  readonly write: Database.Statement
}

function openKept(root: string): KeptFile {
  const db = new Database(join(root, FILE), { timeout: 1_000 })
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.exec(SCHEMA)
    return {
      db,
      read: db.prepare('SELECT state, md5 FROM md5 WHERE inode = ?'),
      write: db.prepare('INSERT OR REPLACE INTO md5 VALUES (?, ?, ?)'),
    }
  } catch (error) {
    db.close()
    throw error
  }
}
