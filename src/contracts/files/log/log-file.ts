import type { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { inflateGzip } from './inflate-gzip.ts'

/** The beginning of a gzip file: its two magic bytes, and the only method (RFC 1952, 2.3.1). */
const GZIP = [0x1f, 0x8b, 8] as const
/** The number of first bytes that identify gzip. */
export const GZIP_START = GZIP.length
/** Whether these first bytes are those of gzip. */
export const isGzip = (start: Uint8Array): boolean => GZIP.every((byte, at) => start[at] === byte)

/** The default size of a piece, however a plain log is read; a reader may ask for smaller ones. */
const PIECE = 64 * 1024

/**
 * The text of a stored log (`log.gz`) as it streams in, in pieces of at most `piece` bytes: gzip is inflated,
 * anything else is plain text. Throws the errors of reading, and zlib's errors (`Z_…`) for damaged or
 * truncated gzip, after all the text before the fault. Stops reading `stored`, whichever side ends.
 */
export async function* readLogFile(stored: Readable, piece: number = PIECE): AsyncGenerator<Uint8Array> {
  try {
    const chunks: AsyncIterator<Uint8Array> = stored[Symbol.asyncIterator]()
    const start = await readStart(chunks)
    const whole = startingWith(start, chunks)
    yield* isGzip(start) ? inflateGzip(whole, piece) : inPieces(whole, piece)
  } finally {
    stored.destroy()
  }
}

/**
 * The text of a stored log of a few kilobytes in one go: a tenth of the cost of a stream. Undefined if the
 * text is longer than `most` bytes, or the gzip is damaged: {@link readLogFile} returns the readable part.
 */
export function inflateShort(stored: Uint8Array, most: number): Uint8Array | undefined {
  if (!isGzip(stored)) return stored.length > most ? undefined : stored
  try {
    return gunzipSync(stored, { maxOutputLength: most })
  } catch {
    return undefined
  }
}

/** Whether the gzip itself is damaged, as opposed to an error of its source. */
export const isDamage = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException | undefined)?.code).startsWith('Z_')

/** The first chunks, enough to identify the format. */
async function readStart(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0)
  while (start.length < GZIP.length) {
    const next = await chunks.next()
    if (next.done) break
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
  return start
}

async function* startingWith(
  start: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start
  yield* { [Symbol.asyncIterator]: () => chunks }
}

async function* inPieces(text: AsyncIterable<Uint8Array>, piece: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of text)
    for (let at = 0; at < chunk.length; at += piece) yield chunk.subarray(at, at + piece)
}
