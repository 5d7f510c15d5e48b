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

/** Half-written objects lie here, beside the containers, until they are renamed into their place. */
export const DRAFTS = '.uploads'

/** What a killed process left there is removed after so long. */
const STALE_MS = 24 * 3600 * 1000

/** What the system says where there is nothing of that name, or only something reached by a link. */
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])
/** What it says where a file is in the way of a folder, or the other way round. */
const CLASH = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'])

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? '')

/** A refusal of the file system as {@link Unavailable}; anything else as it is. */
export function folderFault(error: unknown): unknown {
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  return new Unavailable(`the store's folder cannot be used: ${syscall} failed with ${codeOf(error)}`, {
    cause: error,
  })
}

/** Whether the system says that there is nothing of that name, or only something reached by a link. */
export const isMissing = (error: unknown): boolean => MISSING.has(codeOf(error))

/** Undefined where there is nothing; {@link Unavailable} where the file system refuses. */
export async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action
  } catch (error) {
    if (isMissing(error)) return undefined
    throw folderFault(error)
  }
}

/** The path of what is there, if it is below `folder` and no symbolic link leads to it from there. */
export async function findInside(folder: string, name: string): Promise<string | undefined> {
  if (name.split('/').some(part => part === '' || part === '.' || part === '..')) return undefined
  const path = join(folder, name)
  return (await unlessMissing(realpath(path))) === path ? path : undefined
}

/** Opens for reading what is no link; that never waits for the other end of a pipe. */
export async function openFile(path: string): Promise<FileHandle | undefined> {
  return unlessMissing(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK))
}

/** Writes a file whole and safe on disk, outside of every container, and gives its path. */
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

/** Removes what writers left behind that were killed long ago. */
export async function removeStaleDrafts(root: string): Promise<void> {
  const folder = join(root, DRAFTS)
  for (const name of (await unlessMissing(readdir(folder))) ?? []) {
    const path = join(folder, name)
    const found = await unlessMissing(lstat(path))
    if (found !== undefined && found.mtimeMs < Date.now() - STALE_MS) await unlessMissing(unlink(path))
  }
}

/** Moves a draft to `name` below `folder`, in place of what is there, making the folders on the way. */
export async function moveDraft(draft: string, folder: string, name: string): Promise<void> {
  try {
    // Somebody who removes the last object of a folder may remove the folder before we are in it
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

/** Makes the folders that are missing, one below the other, and gives the path of the last. */
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

/** Removes a file, and the folders above it that are empty then, up to `folder`. */
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
