import type { BigIntStats } from 'node:fs'
import { access, constants, lstat, mkdir, readdir, realpath, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BadInput, Conflict, isFailure, messageOf, NotFound, Unavailable } from '../../../domain/errors.ts'
import { objectType } from '../../../domain/object-type.ts'
import { type CheckedQuery, checkContainer, checkObject, checkQuery, compareNames } from '../object-names.ts'
import { checkRange, resolveRange } from '../ranges.ts'
import type { Access, ListEntry, ObjectInfo, Store, StoredObject } from '../store.ts'
import {
  DRAFTS,
  findInside,
  folderFault,
  moveDraft,
  openFile,
  removeFile,
  removeStaleDrafts,
  unlessMissing,
  writeDraft,
} from './folder-files.ts'
import { type Walk, walkFolder } from './folder-walk.ts'
import { type KeptMd5, keptMd5 } from './kept-md5.ts'

/** Access depends on the name only: the containers of results are public, all others are not. */
const accessByName = (container: string): Access =>
  container.startsWith('autopkgtest-') ? 'public' : 'private'

/**
 * The most bytes of files that a listing reads to compute unknown MD5s: the first one of a large store would
 * otherwise read all of it. Files beyond that have none in this listing, and the next one goes on.
 */
const HASHED_BYTES = 64 * 1024 * 1024
/** The bytes that opening a file counts as. */
const OPENED_BYTES = 4096

export interface FilesystemOptions {
  readonly root: string
  /** {@link HASHED_BYTES} unless given. */
  readonly hashedBytes?: number
}

/**
 * The store in a folder: its folders are the containers; plain files beside them are ignored, and so are
 * symbolic links anywhere. Types follow from the names. The MD5 of a file is computed when it is first asked
 * for, and kept.
 */
export function filesystemStore({ root, hashedBytes = HASHED_BYTES }: FilesystemOptions): Store {
  /** The root with links resolved; it may be a link itself, and change while we run. */
  const findRoot = async (): Promise<string> => {
    const found = await unlessMissing(realpath(root))
    if (found === undefined) throw new Unavailable("the store's folder does not exist")
    return found
  }
  const findContainer = async (container: string): Promise<string | undefined> => {
    checkName(container)
    const path = await findInside(await findRoot(), container)
    return path !== undefined && (await unlessMissing(lstat(path)))?.isDirectory() ? path : undefined
  }
  const findObject = async (container: string, name: string): Promise<string | undefined> => {
    checkObject(name)
    const folder = await findContainer(container)
    return folder === undefined ? undefined : findInside(folder, name)
  }
  let swept: Promise<void> | undefined
  const md5s = keptMd5(root)

  return {
    async containers(query = {}) {
      const { prefix, after, limit } = checkQuery(query)
      const entries = await readdir(await findRoot(), { withFileTypes: true }).catch(error => {
        throw folderFault(error)
      })
      return entries
        .filter(entry => entry.isDirectory() && entry.name !== DRAFTS)
        .map(entry => entry.name)
        .filter(name => name.startsWith(prefix) && compareNames(name, after) > 0)
        .sort(compareNames)
        .slice(0, limit)
    },

    async list(container, query = {}) {
      const checked = checkQuery(query)
      const folder = await findContainer(container)
      return folder === undefined
        ? undefined
        : listFolder(folder, checked, query.hashes === false ? undefined : { md5s, left: hashedBytes })
    },

    async access(container) {
      return (await findContainer(container)) === undefined ? 'missing' : accessByName(container)
    },

    async head(container, name) {
      const path = await findObject(container, name)
      return path === undefined ? undefined : describeFile(path, md5s)
    },

    async get(container, name, { range, signal, hash = true } = {}): Promise<StoredObject | undefined> {
      if (range !== undefined) checkRange(range)
      const path = await findObject(container, name)
      signal?.throwIfAborted()
      const handle = path === undefined ? undefined : await openFile(path)
      if (handle === undefined) return undefined
      try {
        const stats = await handle.stat({ bigint: true })
        if (!stats.isFile()) {
          await handle.close()
          return undefined
        }
        const info = { ...infoOf(name, stats), etag: hash ? await md5s.of(handle, stats) : '' }
        const given = range === undefined ? undefined : resolveRange(range, info.bytes)
        const body = handle.createReadStream({
          ...(given === undefined ? {} : { start: given.first, end: given.last }),
          ...(signal === undefined ? {} : { signal }),
        })
        // The reader may not listen yet; it gets an error when it reads
        body.on('error', () => {})
        return { ...info, body, ...(given === undefined ? {} : { range: given }) }
      } catch (error) {
        await handle.close()
        throw folderFault(error)
      }
    },

    async put(container, name, body) {
      // It may fail before anybody reads it, and then reports the error to the reader
      if (!(body instanceof Uint8Array)) body.on('error', () => {})
      try {
        checkObject(name)
        const folder = await findContainer(container)
        if (folder === undefined) throw new NotFound(`there is no container ${container}`)
        const home = await findRoot()
        swept ??= removeStaleDrafts(home).catch(() => {}) // the next line fails in the same way, and reports it
        await swept
        await moveDraft(await writeDraft(home, body), folder, name)
      } finally {
        if (!(body instanceof Uint8Array)) body.destroy()
      }
    },

    async createContainer(container, wanted) {
      checkName(container)
      if (wanted !== accessByName(container)) {
        throw new BadInput(
          `in a folder, the name ${container} cannot be ${wanted}: only autopkgtest-… is public`,
        )
      }
      await mkdir(join(root, container), { recursive: true }).catch(error => {
        throw error.code === 'EEXIST'
          ? new Conflict(`${container} is a file, not a folder`)
          : folderFault(error)
      })
    },

    async removeContainer(container) {
      const folder = await findContainer(container)
      if (folder === undefined) return
      await rmdir(folder).catch(error => {
        if (error.code === 'ENOENT') return
        throw error.code === 'ENOTEMPTY'
          ? new Conflict(`the container ${container} is not empty`)
          : folderFault(error)
      })
    },

    async remove(container, name) {
      const path = await findObject(container, name)
      const folder = await findContainer(container)
      if (path === undefined || folder === undefined || (await statFile(path)) === undefined) return
      await removeFile(path, folder)
    },

    async state() {
      try {
        await unlessMissing(access(await findRoot(), constants.R_OK | constants.X_OK))
        return { ok: true }
      } catch (error) {
        return { ok: false, reason: isFailure(error) ? error.message : messageOf(error) }
      }
    },

    close: async () => md5s.close(),
  }
}

function checkName(container: string): void {
  checkContainer(container)
  if (container === DRAFTS) throw new BadInput(`${DRAFTS} is where this store writes drafts: not a container`)
}

/** The number of files of a listing that are examined at the same time. */
const AT_ONCE = 64

/** The MD5s of one listing, and how many bytes may still be read to compute unknown ones. */
interface Hashing {
  readonly md5s: KeptMd5
  left: number
}

/** One page of a listing. */
async function listFolder(
  folder: string,
  query: CheckedQuery,
  hashing: Hashing | undefined,
): Promise<ListEntry[]> {
  const { prefix, delimiter, after, limit } = query
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  if (base !== '' && (await findInside(folder, base.slice(0, -1))) === undefined) return []
  const entries: ListEntry[] = []
  let waiting: string[] = []
  const describeWaiting = async () => {
    const described = await Promise.all(waiting.map(name => describeEntry(folder, name, hashing)))
    entries.push(...described.filter(entry => entry !== undefined))
    waiting = []
  }
  const walk: Walk = { prefix, after, before: query.before }
  for await (const name of walkFolder(folder, walk, base)) {
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    if (at < 0) {
      waiting.push(name)
    } else {
      // As in Swift: the common prefix that the caller's marker names has been given before
      walk.passOver = name.slice(0, at + delimiter.length)
      await describeWaiting()
      if (walk.passOver !== after) entries.push({ subdir: walk.passOver })
    }
    if (waiting.length >= Math.min(AT_ONCE, limit - entries.length)) await describeWaiting()
    if (entries.length === limit) break
  }
  await describeWaiting()
  return entries
}

async function describeEntry(
  folder: string,
  name: string,
  hashing: Hashing | undefined,
): Promise<ListEntry | undefined> {
  const path = join(folder, name)
  const stats = await statFile(path)
  if (stats === undefined) return undefined
  const { bytes, lastModified, contentType } = infoOf(name, stats)
  const hash = hashing && (hashing.md5s.known(stats) ?? (await makeHash(path, bytes, hashing)))
  return { name, bytes, lastModified, contentType, hash: hash ?? '' }
}

async function makeHash(path: string, bytes: number, hashing: Hashing): Promise<string | undefined> {
  if (bytes + OPENED_BYTES > hashing.left) return undefined
  hashing.left -= bytes + OPENED_BYTES
  // A file that cannot be read hides no others
  return (await describeFile(path, hashing.md5s).catch(orUnread))?.etag
}

function orUnread(error: unknown): undefined {
  if (!isFailure(error)) throw error
}

/** Undefined if it is missing, or not a plain file. */
async function statFile(path: string): Promise<BigIntStats | undefined> {
  const stats = await unlessMissing(lstat(path, { bigint: true }))
  return stats?.isFile() ? stats : undefined
}

/** The same, with the MD5. */
async function describeFile(path: string, md5s: KeptMd5): Promise<ObjectInfo | undefined> {
  const found = await statFile(path)
  if (found === undefined) return undefined
  const known = md5s.known(found)
  if (known !== undefined) return { ...infoOf(path, found), etag: known }
  const handle = await openFile(path)
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat({ bigint: true })
    return stats.isFile() ? { ...infoOf(path, stats), etag: await md5s.of(handle, stats) } : undefined
  } catch (error) {
    throw folderFault(error)
  } finally {
    await handle.close()
  }
}

const infoOf = (name: string, stats: BigIntStats): Omit<ObjectInfo, 'etag'> => ({
  ...objectType(name),
  bytes: Number(stats.size),
  lastModified: stats.mtime,
})
