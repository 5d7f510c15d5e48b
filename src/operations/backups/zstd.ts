import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { Unavailable } from '../../domain/errors.ts'

/** As the program of that name writes it, so that `zstd -t` finds what is damaged. */
const FRAME = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

/** Compresses into a new file, which its owner alone may read; the hash is that of the compressed bytes. */
export async function compress(
  source: AsyncIterable<string | Uint8Array>,
  toFile: string,
): Promise<{ readonly md5: string }> {
  const hash = createHash('md5')
  async function* hashed(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
  const file = createWriteStream(toFile, { flags: 'wx', mode: 0o600 })
  await pipeline(Readable.from(source), createZstdCompress(FRAME), hashed, file)
  return { md5: hash.digest('hex') }
}

/** Writes what was compressed to a new file. Unavailable if it cannot be decompressed. */
export async function decompress(source: Readable, toFile: string): Promise<void> {
  const file = createWriteStream(toFile, { flags: 'wx', mode: 0o600, flush: true })
  try {
    await pipeline(source, createZstdDecompress(), file)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (/^(ZSTD|Z)_/.test(code)) throw new Unavailable(`the compressed data is damaged: ${message}`)
    throw error
  }
}
