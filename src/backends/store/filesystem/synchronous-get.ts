import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Unavailable } from '../../../domain/errors.ts'
import { objectType } from '../../../domain/object-type.ts'
import { checkContainer, checkObject } from '../object-names.ts'
import { checkRange, resolveRange } from '../ranges.ts'
import type { Store, StoredObject } from '../store.ts'
import { DRAFTS, folderFault, isMissing } from './folder-files.ts'

const PIECE_BYTES = 64 * 1024

/**
 * `get` of a store in a folder, for a thread that only reads small objects: the thread blocks on each system
 * call, which costs a tenth of an asynchronous call. Refuses and skips the same files as the engine; the
 * `etag` is always '', as if it was not asked for.
 */
export function synchronousGet(root: string): Pick<Store, 'get'> {
  return {
    async get(container, name, { range, signal } = {}): Promise<StoredObject | undefined> {
      if (range !== undefined) checkRange(range)
      checkContainer(container)
      checkObject(name)
      signal?.throwIfAborted()
      const path = container === DRAFTS ? undefined : findObject(root, container, name)
      const file = path === undefined ? undefined : openPlain(path)
      if (file === undefined) return undefined
      const info = { ...objectType(name), ...file.info, etag: '' }
      try {
        const given = range === undefined ? undefined : resolveRange(range, info.bytes)
        const body = streamOf(file.open, given ?? { first: 0, last: Number.POSITIVE_INFINITY }, signal)
        return { ...info, body, ...(given === undefined ? {} : { range: given }) }
      } catch (error) {
        closeSync(file.open)
        throw error
      }
    },
  }
}

/** Undefined if there is nothing; throws Unavailable if the file system refuses. */
function unlessMissing<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw folderFault(error)
  }
}

/** The path of an object without symbolic links on the way, except for the root, which may be one itself. */
function findObject(root: string, container: string, name: string): string | undefined {
  const home = unlessMissing(() => realpathSync.native(root))
  if (home === undefined) throw new Unavailable("the store's folder does not exist")
  const path = join(home, container, name)
  return unlessMissing(() => realpathSync.native(path)) === path ? path : undefined
}

/** Opens a plain file, without ever waiting for the other end of a pipe. */
function openPlain(
  path: string,
): { readonly open: number; readonly info: { bytes: number; lastModified: Date } } | undefined {
  if (!unlessMissing(() => lstatSync(path))?.isFile()) return undefined
  const open = unlessMissing(() =>
    openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK),
  )
  if (open === undefined) return undefined
  try {
    const stats = fstatSync(open, { bigint: true })
    if (stats.isFile()) return { open, info: { bytes: Number(stats.size), lastModified: stats.mtime } }
  } catch (error) {
    closeSync(open)
    throw folderFault(error)
  }
  closeSync(open)
  return undefined
}

/** The bytes of an open file, which is closed with the stream. */
function streamOf(
  open: number,
  { first, last }: { readonly first: number; readonly last: number },
  signal: AbortSignal | undefined,
): Readable {
  let at = first
  return new Readable({
    highWaterMark: PIECE_BYTES,
    ...(signal === undefined ? {} : { signal }),
    read() {
      try {
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, last - at + 1))
        const got = piece.length === 0 ? 0 : readSync(open, piece, 0, piece.length, at)
        at += got
        this.push(got === 0 ? null : piece.subarray(0, got))
      } catch (error) {
        this.destroy(folderFault(error) as Error)
      }
    },
    destroy(error, done) {
      closeSync(open)
      done(error)
    },
  }).on('error', () => {})
}
