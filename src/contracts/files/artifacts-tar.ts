import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BadInput } from '../../domain/errors.ts'
import { readTar, type TarMember } from './tar.ts'

/** A file in `artifacts.tar.gz`. The name is for showing and for {@link openArtifact}; it is no path of ours. */
export interface Artifact {
  readonly name: string
  readonly bytes: number
}

export interface ArtifactList {
  /** In the order of the archive. */
  readonly files: readonly Artifact[]
  /** Why there may be more than these: the archive is damaged, cut short or too large. Undefined: they are all. */
  readonly fault: string | undefined
}

export interface ArtifactLimits {
  readonly files: number
  /** Of the archive, inflated: what is read of it at most. */
  readonly bytes: number
  /** Characters of the names that are listed, all told. */
  readonly names: number
}

const WHAT = 'artifacts.tar.gz'

/** Reading so much takes a second or two; real archives have some kilobytes to some hundred megabytes. */
export const artifactLimits: ArtifactLimits = {
  files: 10_000,
  bytes: 1024 * 1024 * 1024,
  names: 1024 * 1024,
}
/** The longest path that Linux opens (limits.h, PATH_MAX). */
const LONGEST_NAME = 4096

/**
 * Lists the files of a gzipped tar while it passes by, in bounded memory, without keeping any of it. What is wrong
 * with the archive is told beside what was found; an error of `source` is thrown as it is.
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
  /** Ends after `most` bytes, or in {@link BadInput} if the archive does. Destroying it ends the reading. */
  readonly body: Readable
}

/**
 * The first `most` bytes of one file of a gzipped tar; undefined if there is none of that name before the archive,
 * or what the limits allow of it, ends. Of equal names it is the first. {@link BadInput} if the archive is damaged.
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

/** The files of the archive as they pass by; {@link BadInput} if it is damaged or beyond the limits. */
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

/** Names that some client would take for another place are left out: they are in no archive of a worker. */
function isPlainName(name: string): boolean {
  return (
    name.length <= LONGEST_NAME &&
    !/\p{Cc}/u.test(name) &&
    name.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  )
}
