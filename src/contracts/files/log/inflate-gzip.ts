import type { TransformOptions } from 'node:stream'
import { constants, crc32, createInflateRaw } from 'node:zlib'

/** The parts of a member of a gzip file (RFC 1952, 2.3). */
const HEAD_BYTES = 10
const TRAILER_BYTES = 8
const MAGIC = 0x8b1f
const DEFLATE = 8
const FLAGS = { check: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 }

/**
 * The text of a gzip file in pieces of at most `piece` bytes. Everything before a fault is given before the fault is
 * thrown: zlib's own reader withholds the last piece if a check or the length is wrong, or anything else
 * follows; only where the compressed bytes themselves are wrong the last piece is lost. Throws the errors of `chunks`,
 * and errors with the codes of zlib (`Z_BUF_ERROR` for a truncated file, `Z_DATA_ERROR` for a damaged one). Zeros
 * behind the end fill up a block, and are no fault.
 */
export async function* inflateGzip(
  chunks: AsyncIterable<Uint8Array>,
  piece: number,
): AsyncGenerator<Uint8Array> {
  const input = openInput(chunks)
  try {
    do {
      await readHead(input)
      let check = 0
      let length = 0
      for await (const text of inflateMember(input, piece)) {
        check = crc32(text, check)
        length += text.length
        yield text
      }
      const trailer = Buffer.from(await input.take(TRAILER_BYTES))
      if (trailer.readUInt32LE(0) !== check) throw dataFault('incorrect data check')
      if (trailer.readUInt32LE(4) !== length % 2 ** 32) throw dataFault('incorrect length check')
    } while (await hasMember(input))
  } finally {
    await input.close()
  }
}

async function readHead(input: Input): Promise<void> {
  const head = Buffer.from(await input.take(HEAD_BYTES))
  if (head.readUInt16LE(0) !== MAGIC) throw dataFault('incorrect header check')
  if (head.readUInt8(2) !== DEFLATE) throw dataFault('unknown compression method')
  const flags = head.readUInt8(3)
  if ((flags & FLAGS.reserved) !== 0) throw dataFault('unknown header flags set')
  if ((flags & FLAGS.extra) !== 0) await input.take(Buffer.from(await input.take(2)).readUInt16LE())
  if ((flags & FLAGS.name) !== 0) await skipString(input)
  if ((flags & FLAGS.comment) !== 0) await skipString(input)
  if ((flags & FLAGS.check) !== 0) await input.take(2)
}

async function skipString(input: Input): Promise<void> {
  for (;;) {
    const chunk = await input.next()
    if (chunk === undefined) throw truncated()
    const end = chunk.indexOf(0)
    if (end < 0) continue
    input.putBack(chunk.subarray(end + 1))
    return
  }
}

/** The text of one member; what follows its compressed bytes is left in the input. */
async function* inflateMember(input: Input, piece: number): AsyncGenerator<Uint8Array> {
  // Works on one piece ahead, and no further: what is buffered would be lost with an error
  const ahead: Pick<TransformOptions, 'readableHighWaterMark'> = { readableHighWaterMark: 1 }
  const inflater = createInflateRaw({
    chunkSize: piece,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...ahead,
  })
  let fed = 0
  let last: Uint8Array = new Uint8Array(0)
  let broken: { readonly error: unknown } | undefined
  const feed = async (): Promise<void> => {
    for (let chunk = await input.next(); chunk !== undefined; chunk = await input.next()) {
      last = chunk
      fed += chunk.length
      await new Promise(resolve => inflater.write(chunk, resolve))
      // The compressed bytes end in this chunk
      if (inflater.bytesWritten < fed) return
    }
    inflater.end()
  }
  feed().catch(error => {
    broken = { error }
    inflater.end()
  })
  try {
    yield* inflater
  } finally {
    inflater.destroy()
  }
  if (broken !== undefined) throw (broken as { readonly error: unknown }).error
  input.putBack(last.subarray(last.length - (fed - inflater.bytesWritten)))
}

async function hasMember(input: Input): Promise<boolean> {
  const next = await input.next()
  if (next === undefined || next[0] === 0) return false
  input.putBack(next)
  return true
}

/** Chunks, of which what was not used can be put back. */
interface Input {
  /** The next chunk, never empty; undefined at the end. */
  next(): Promise<Uint8Array | undefined>
  /** So many bytes; throws if there are not so many left. */
  take(bytes: number): Promise<Uint8Array>
  putBack(chunk: Uint8Array): void
  close(): Promise<unknown>
}

function openInput(chunks: AsyncIterable<Uint8Array>): Input {
  const iterator = chunks[Symbol.asyncIterator]()
  let waiting: Uint8Array = new Uint8Array(0)
  const next = async (): Promise<Uint8Array | undefined> => {
    let chunk = waiting
    waiting = new Uint8Array(0)
    while (chunk.length === 0) {
      const read = await iterator.next()
      if (read.done === true) return undefined
      chunk = read.value
    }
    return chunk
  }
  return {
    next,
    async take(bytes) {
      let taken: Uint8Array = new Uint8Array(0)
      while (taken.length < bytes) {
        const chunk = await next()
        if (chunk === undefined) throw truncated()
        taken = taken.length === 0 ? chunk : Buffer.concat([taken, chunk])
      }
      waiting = taken.subarray(bytes)
      return taken.subarray(0, bytes)
    },
    putBack(chunk) {
      waiting = chunk
    },
    close: async () => iterator.return?.(undefined),
  }
}

const zlibError = (message: string, code: string) => Object.assign(new Error(message), { code })
const dataFault = (message: string): Error => zlibError(message, 'Z_DATA_ERROR')
const truncated = (): Error => zlibError('unexpected end of file', 'Z_BUF_ERROR')
