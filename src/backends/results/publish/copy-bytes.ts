import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { diskFault } from '../../files/disk-fault.ts'

/** The checksum and size of a finished copy. */
export interface PublishedCopy {
  readonly sha256: string
  readonly bytes: number
}

const CHUNK = 1024 * 1024

/** Copies a SQLite file to a new one, in rollback-journal mode, and hashes it on the way. */
export function copyBytes(from: number, toFile: string): PublishedCopy {
  const to = openSync(toFile, 'wx', 0o644)
  try {
    return readChunks(from, (chunk, offset) => {
      // The file format's write and read version: 1 is a rollback journal, 2 is a write-ahead log
      if (offset === 0) chunk.fill(1, 18, 20)
      for (let written = 0; written < chunk.length; ) written += writeSync(to, chunk, written)
    })
  } catch (error) {
    throw diskFault(toFile, error)
  } finally {
    closeSync(to)
  }
}

/** The hash of a file that is not open anywhere. */
export function hashFile(file: string): PublishedCopy {
  const descriptor = openSync(file, 'r')
  try {
    return readChunks(descriptor, () => {})
  } finally {
    closeSync(descriptor)
  }
}

/** Reads to the end, and hashes each chunk after `take` may have changed it. */
function readChunks(descriptor: number, take: (chunk: Buffer, offset: number) => void): PublishedCopy {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK)
  for (let bytes = 0; ; ) {
    const chunk = buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK, bytes))
    if (chunk.length === 0) return { sha256: hash.digest('hex'), bytes }
    take(chunk, bytes)
    hash.update(chunk)
    bytes += chunk.length
  }
}
