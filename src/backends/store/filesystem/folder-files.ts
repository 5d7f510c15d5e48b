import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  unlink,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BadInput, Conflict, Unavailable } from '../../../domain/errors.ts'

/** The folder of half-written objects, beside the containers, until they are renamed into place. */
export const DRAFTS = '.uploads'

/** Drafts of a killed process are removed after this time. */
const STALE_MS = 24 * 3600 * 1000

/** The system's errors if there is nothing of that name, or only something reached by a link. */
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])
/** The system's errors if a file is in the way of a folder, or the other way round. */
const CLASH = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'])

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? '')

/** An error of the file system as {@link Unavailable}; other errors unchanged. */
export function folderFault(error: unknown): unknown {
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  return new Unavailable(`the store's folder cannot be used: ${syscall} failed with ${codeOf(error)}`, {
    cause: error,
  })
}

/** Whether the system says that there is nothing of that name, or only something reached by a link. */
export const isMissing = (error: unknown): boolean => MISSING.has(codeOf(error))

/** Undefined if there is nothing; rejects with {@link Unavailable} if the file system refuses. */
export async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action
  } catch (error) {
    if (isMissing(error)) return undefined
    throw folderFault(error)
  }
}

/** The path of an existing file, if it is below `folder` and no symbolic link is on the way. */
export async function findInside(folder: string, name: string): Promise<string | undefined> {
  if (name.split('/').some(part => part === '' || part === '.' || part === '..')) return undefined
  const path = join(folder, name)
  return (await unlessMissing(realpath(path))) === path ? path : undefined
}

/** Opens a file that is not a link for reading, without ever waiting for the other end of a pipe. */
export async function openFile(path: string): Promise<FileHandle | undefined> {
  return unlessMissing(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK))
}

/** Writes a whole file, synced to disk, outside of every container, and returns its path. */
export async function writeDraft(root: string, body: Readable | Uint8Array): Promise<string> {
  const source = body instanceof Uint8Array ? Readable.from([body]) : body
  const path = join(root, DRAFTS, randomUUID())
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(path, 'wx')
    await pipeline(source, handle.createWriteStream({ flush: true }))
    return path
  } catch (error) {
    const atSource = source.errored === error
    await unlink(path).catch(() => {})
    throw atSource ? error : folderFault(error)
  }
}

/** Removes drafts of writers that were killed long ago. */
export async function removeStaleDrafts(root: string): Promise<void> {
  const folder = join(root, DRAFTS)
  for (const name of (await unlessMissing(readdir(folder))) ?? []) {
    const path = join(folder, name)
    const found = await unlessMissing(lstat(path))
    if (found !== undefined && found.mtimeMs < Date.now() - STALE_MS) await unlessMissing(unlink(path))
  }
}

/** Moves a draft to `name` below `folder`, replacing any file there, and creates missing folders. */
export async function moveDraft(draft: string, folder: string, name: string): Promise<void> {
  try {
    // Whoever removes the last object of a folder may remove the folder before we are in it
    for (let attempt = 1; !(await tryMove(draft, folder, name)); attempt++) {
      if (attempt === 10) throw new Unavailable('the store folder changes too fast to write into it')
    }
  } catch (error) {
    await unlink(draft).catch(() => {})
    if (codeOf(error) === 'ENAMETOOLONG')
      throw new BadInput("a part of the object's name is too long for a folder")
    if (CLASH.has(codeOf(error))) {
      throw new Conflict('a folder cannot hold an object and others below its name', { cause: error })
    }
    throw folderFault(error)
  }
}

/** False if a folder on the way has vanished meanwhile. */
async function tryMove(draft: string, folder: string, name: string): Promise<boolean> {
  try {
    const parent = await makeFolders(folder, name.split('/').slice(0, -1))
    await rename(draft, join(folder, name))
    await syncFolder(parent)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Creates the missing folders, one below the other, and returns the path of the last. */
async function makeFolders(folder: string, parts: readonly string[]): Promise<string> {
  const whole = join(folder, ...parts)
  if ((await findInside(folder, parts.join('/'))) !== undefined) return whole
  let path = folder
  for (const part of parts) {
    const parent = path
    path = join(path, part)
    const made = await mkdir(path).then(
      () => true,
      async (error: unknown) => {
        if (codeOf(error) !== 'EEXIST' || !(await lstat(path)).isDirectory()) throw error
        return false
      },
    )
    if (made) await syncFolder(parent)
  }
  return whole
}

/** Makes a new name in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Removes a file, and the folders above it that are then empty, up to `folder`. */
export async function removeFile(path: string, folder: string): Promise<void> {
  await unlessMissing(unlink(path))
  for (let above = dirname(path); above !== folder; above = dirname(above)) {
    const gone = await rmdir(above).then(
      () => true,
      () => false,
    )
    if (!gone) return
  }
}
