import { randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Unavailable } from '../../domain/errors.ts'
import { diskFault } from '../files/disk-fault.ts'
import type { Generation, Published } from './published.ts'

const KEPT = 3
/** `<number>-<sha256>`: a higher number is newer. */
const GENERATION = /^(\d+)-([0-9a-f]{64})$/
const SHA256 = /^[0-9a-f]{64}$/
/** The age at which drafts of a killed publisher are removed; no publisher takes that long. */
const LEFT_BEHIND_MS = 60 * 60 * 1000

/**
 * Publishes to `file` and `file.sha256` (64 hex digits and nothing else), which any web server can serve. The
 * generations are in a hidden folder beside them, and `file` is a link to the newest.
 */
export function publishedFiles({ file }: { file: string }): Published {
  const checksumFile = `${file}.sha256`
  const folder = join(dirname(file), `.${basename(file)}.generations`)

  /** The generations that are kept, newest first. */
  async function kept(): Promise<{ name: string; number: number; sha256: string }[]> {
    const found = (await orIfMissing(readdir(folder), [])).flatMap(name => {
      const [, number, sha256] = GENERATION.exec(name) ?? []
      return sha256 === undefined ? [] : [{ name, number: Number(number), sha256 }]
    })
    return found.sort((a, b) => b.number - a.number)
  }

  async function describe(sha256: string, path: string): Promise<Generation | undefined> {
    const found = await orIfMissing(stat(path), undefined)
    return found && { sha256, file: path, bytes: found.size, publishedAt: found.mtime }
  }

  async function generation(sha256: string): Promise<Generation | undefined> {
    const name = (await kept()).find(one => one.sha256 === sha256)?.name
    return name === undefined ? undefined : describe(sha256, join(folder, name))
  }

  async function current(): Promise<Generation | undefined> {
    const sha256 = await orIfMissing(readFile(checksumFile, 'latin1'), '')
    const linked = await describe(sha256, file)
    if (linked === undefined || !SHA256.test(sha256)) return undefined
    // A pair from another program has no generation of ours
    return (await generation(sha256)) ?? linked
  }

  /** The checksum is replaced first, as readers fetch it first: the new file follows a moment later. */
  async function replacePair({ sha256, file: newest }: Generation): Promise<void> {
    const [checksum, linked] = [join(folder, randomUUID()), join(folder, randomUUID())]
    try {
      await link(newest, linked).catch(() => copyFile(newest, linked))
      await writeFile(checksum, sha256)
      await rename(checksum, checksumFile)
      await rename(linked, file)
    } finally {
      // Renaming a link over a link to the same file leaves both
      await Promise.all([rm(checksum, { force: true }), rm(linked, { force: true })])
    }
  }

  async function isWhole(newest: Generation): Promise<boolean> {
    const checksum = await orIfMissing(readFile(checksumFile, 'latin1'), '')
    const [wanted, found] = await Promise.all([stat(newest.file), orIfMissing(stat(file), undefined)])
    const isSameFile = found?.ino === wanted.ino && found.dev === wanted.dev
    return checksum === newest.sha256 && (isSameFile || found?.size === wanted.size)
  }

  async function removeOld(): Promise<void> {
    const old = (await kept()).slice(KEPT).map(one => one.name)
    for (const name of await readdir(folder)) {
      if (GENERATION.test(name)) continue
      const found = await orIfMissing(stat(join(folder, name)), undefined)
      // In both directions: the clock may have been ahead
      if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) > LEFT_BEHIND_MS) old.push(name)
    }
    await Promise.all(old.map(name => rm(join(folder, name), { force: true })))
  }

  return {
    current,
    generation,
    async publish(write) {
      await mkdir(folder, { recursive: true })
      const incoming = join(folder, randomUUID())
      try {
        const { sha256 } = await write(incoming)
        const [newest] = await kept()
        const isNew = newest?.sha256 !== sha256
        const name = isNew ? `${(newest?.number ?? 0) + 1}-${sha256}` : newest.name
        if (isNew) await rename(incoming, join(folder, name))
        const published = await describe(sha256, join(folder, name))
        if (published === undefined) throw new Unavailable(`${name} was removed while it was published`)
        if (isNew || !(await isWhole(published))) await replacePair(published)
        await removeOld()
        return { generation: published, isNew }
      } catch (error) {
        throw diskFault(file, error)
      } finally {
        await rm(incoming, { force: true })
      }
    },
    async close() {},
  }
}

async function orIfMissing<T, U>(result: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise
    throw error
  }
}
