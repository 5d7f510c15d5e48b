import { pipeline, type Readable } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'

/** What a gzip file begins with: its two magic bytes, and the one method that there is (RFC 1952, 2.3.1). */
const GZIP = [0x1f, 0x8b, 8] as const
/** So many first bytes tell whether it is one. */
export const GZIP_START = GZIP.length
/** Whether these first bytes are those of gzip. */
export const isGzip = (start: Uint8Array): boolean => GZIP.every((byte, at) => start[at] === byte)

/** No piece is larger unless a reader asks for smaller ones, however a plain log is read. */
const PIECE = 64 * 1024

/**
 * The text of a stored log (`log.gz`) as it comes, in pieces of `piece` bytes at most: gzip is inflated, and what is none is
 * text already. Throws what reading throws, and zlib's errors (`Z_…`) for gzip that is damaged or cut. Ends the
 * reading of `stored`, whoever ends.
 */
export async function* readLogFile(stored: Readable, piece: number = PIECE): AsyncGenerator<Uint8Array> {
  try {
    const chunks: AsyncIterator<Uint8Array> = stored[Symbol.asyncIterator]()
    const start = await readStart(chunks)
    const whole = startingWith(start, chunks)
    yield* isGzip(start) ? inflate(whole, piece) : inPieces(whole, piece)
  } finally {
    stored.destroy()
  }
}

/**
 * The text of a stored log at once, for one of a few kilobytes: a tenth of what a stream costs. Undefined if the text is
 * longer than `most` bytes, or the gzip is damaged: {@link readLogFile} gives what can be read of it.
 */
export function inflateShort(stored: Uint8Array, most: number): Uint8Array | undefined {
  if (!isGzip(stored)) return stored.length > most ? undefined : stored
  try {
    return gunzipSync(stored, { maxOutputLength: most })
  } catch {
    return undefined
  }
}

/** Whether it is the gzip itself that cannot be read, not what gives it. */
export const isDamage = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException | undefined)?.code).startsWith('Z_')

/** The first chunks, until there is enough to tell what it is. */
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

async function* inflate(compressed: AsyncIterable<Uint8Array>, piece: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: piece })
  // What goes wrong with the source ends the other, which throws it to who reads
  pipeline(compressed, gunzip, () => undefined)
  try {
    yield* gunzip
  } finally {
    gunzip.destroy()
  }
}

async function* inPieces(text: AsyncIterable<Uint8Array>, piece: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of text)
    for (let at = 0; at < chunk.length; at += piece) yield chunk.subarray(at, at + piece)
}
