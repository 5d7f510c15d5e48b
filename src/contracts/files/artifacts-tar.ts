import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BadInput } from '../../domain/errors.ts'
import { readTar, type TarMember } from './tar.ts'

/**
 * A file in `artifacts.tar.gz`. The name is for display and for {@link openArtifact}; it is not a path on
 * this machine.
 */
export interface Artifact {
  readonly name: string
  readonly bytes: number
}

export interface ArtifactList {
  /** In the order of the archive. */
  readonly files: readonly Artifact[]
  /**
   * Why there may be more files: the archive is damaged, truncated or too large. Undefined if they are
   * complete.
   */
  readonly fault: string | undefined
}

export interface ArtifactLimits {
  readonly files: number
  /** The greatest size of the inflated archive that is read, in bytes. */
  readonly bytes: number
  /** The greatest total length of the listed names, in characters. */
  readonly names: number
}

const WHAT = 'artifacts.tar.gz'

/**
 * Reading this much takes a second or two; real archives have from a few kilobytes to a few hundred
 * megabytes.
 */
export const artifactLimits: ArtifactLimits = {
  files: 10_000,
  bytes: 1024 * 1024 * 1024,
  names: 1024 * 1024,
}
/** The longest path that Linux opens (limits.h, PATH_MAX). */
const LONGEST_NAME = 4096

/**
 * Lists the files of a gzipped tar while it streams by, in limited memory, without storing any of it. Faults
 * of the archive are returned with the files that were found; an error of `source` is thrown unchanged.
 */
export async function listArtifacts(source: Readable, limits = artifactLimits): Promise<ArtifactList> {
  const files: Artifact[] = []
  try {
    let names = 0
    for await (const { name, bytes } of readArtifacts(source, limits)) {
      names += name.length
      if (names > limits.names) throw new BadInput(`${WHAT} has more names than can be listed`)
      files.push({ name, bytes })
    }
    return { files, fault: undefined }
  } catch (error) {
    if (error instanceof BadInput) return { files, fault: error.message }
    throw error
  }
}

/** A file of the archive, and its bytes. */
export interface OpenArtifact extends Artifact {
  /**
   * Ends after `most` bytes, or with {@link BadInput} if the archive does. Destroying it stops the reading.
   */
  readonly body: Readable
}

/**
 * The first `most` bytes of one file of a gzipped tar; undefined if there is no file of that name before the
 * archive, or the part within the limits, ends. The first of equal names counts. Throws {@link BadInput} if
 * the archive is damaged.
 */
export async function openArtifact(
  source: Readable,
  name: string,
  most: number,
  limits = artifactLimits,
): Promise<OpenArtifact | undefined> {
  const files = readArtifacts(source, limits)
  for (let next = await files.next(); !next.done; next = await files.next()) {
    const file = next.value
    if (file.name === name) {
      return {
        name,
        bytes: file.bytes,
        body: Readable.from(readStart(files, file, most), { objectMode: false }),
      }
    }
  }
  return undefined
}

async function* readStart(
  files: AsyncGenerator<TarMember>,
  file: TarMember,
  most: number,
): AsyncGenerator<Uint8Array> {
  try {
    let left = most
    if (left <= 0) return
    for await (const chunk of file.read()) {
      yield chunk.subarray(0, left)
      left -= chunk.length
      if (left <= 0) return
    }
  } finally {
    await files.return(undefined)
  }
}

/**
 * The files of the archive as they stream by; throws {@link BadInput} if it is damaged or beyond the limits.
 */
export async function* readArtifacts(
  source: Readable,
  limits: Pick<ArtifactLimits, 'bytes' | 'files'>,
): AsyncGenerator<TarMember> {
  const members = readTar(inflate(source), { what: WHAT, bytes: limits.bytes, members: limits.files })
  for await (const member of members) if (member.isFile && isPlainName(member.name)) yield member
}

async function* inflate(source: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(source, createGunzip(), () => {}) // errors come out of the iteration
  } catch (error) {
    throw source.errored ?? (isZlibFault(error) ? new BadInput(`${WHAT} is damaged or cut short`) : error)
  } finally {
    source.destroy()
  }
}

const isZlibFault = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException).code).startsWith('Z_') // Z_DATA_ERROR, Z_BUF_ERROR, …

/**
 * False for names that a client could take for another place; they are omitted, and no worker's archive has
 * any.
 */
function isPlainName(name: string): boolean {
  return (
    name.length <= LONGEST_NAME &&
    !/\p{Cc}/u.test(name) &&
    name.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  )
}
