import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { BadInput, messageOf, Unavailable } from '../../domain/errors.ts'
import { decompress } from '../http/decompress.ts'
import { type Changed, fetchChanged, type Validators } from '../http/fetch-changed.ts'

/** How long a server may be silent. */
const SILENCE_MS = 10_000

export interface ReadDocumentOptions<T> {
  readonly since: Validators
  readonly signal: AbortSignal
  /** The limit of its size, both packed and unpacked. */
  readonly mostBytes: number
  /** Parses it, unpacked, while it streams in. */
  readonly parse: (chunks: AsyncIterable<Uint8Array>) => Promise<T>
}

/** Reads a file, or the contents of an address, if it has changed: plain, or packed by gzip or xz. */
export function readDocument<T>(source: string, options: ReadDocumentOptions<T>): Promise<Changed<T>> {
  const { since, signal, mostBytes } = options
  const read = (chunks: AsyncIterable<Uint8Array>) =>
    options.parse(bounded(decompress(bounded(chunks, mostBytes)), mostBytes))
  return /^https?:/.test(source)
    ? fetchChanged(source, { since, silenceMs: SILENCE_MS, signal, read })
    : readFile(source, since, signal, read)
}

async function readFile<T>(
  path: string,
  { etag }: Validators,
  signal: AbortSignal,
  read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<Changed<T>> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    const version = `${ino} ${size} ${mtimeMs}`
    if (version === etag) return { state: 'unchanged' }
    return {
      state: 'changed',
      value: await read(createReadStream(path, { signal })),
      isTold: true,
      validators: { etag: version },
    }
  } catch (error) {
    if (error instanceof BadInput) throw new BadInput(`${path}: ${error.message}`, { cause: error })
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { state: 'missing' }
    throw new Unavailable(`${path}: ${messageOf(error)}`, { cause: error })
  }
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > most) throw new BadInput(`it has more than ${most} bytes`)
    yield chunk
  }
}

/** All of it as text. */
export async function wholeText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString('utf8')
}
