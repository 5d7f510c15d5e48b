import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readLogFile } from './log-file.ts'

async function readAll(stored: Readable): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of readLogFile(stored)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const inChunks = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    ),
  )

describe('the text of a stored log', () => {
  it.each([1, 2, 3, 1000])('is inflated, or as it is, in chunks of %i', async size => {
    expect(await readAll(inChunks(gzipSync('hello\n'), size))).toBe('hello\n')
    for (const text of ['', 'x', '\u001f\b', 'plain text\n'])
      expect(await readAll(inChunks(Buffer.from(text), size))).toBe(text)
  })

  it('comes in small pieces, however it is stored', async () => {
    for await (const piece of readLogFile(Readable.from([Buffer.alloc(1_000_000)])))
      expect(piece.length).toBeLessThanOrEqual(65_536)
  })

  it('throws what zlib says of damage, and what reading throws', async () => {
    const packed = gzipSync('hello\n'.repeat(1000))
    await expect(readAll(Readable.from([packed.subarray(0, 30)]))).rejects.toMatchObject({
      code: expect.stringMatching(/^Z_/),
    })
    for (const start of [packed.subarray(0, 30), Buffer.from('plain')]) {
      const broken = new PassThrough()
      broken.write(start)
      const read = readAll(broken)
      await new Promise(resolve => setImmediate(resolve))
      broken.destroy(new Error('reset by peer'))
      await expect(read).rejects.toThrow('reset by peer')
    }
  })

  it('ends the reading of what is stored, whoever ends', async () => {
    for (const start of [gzipSync('hello\n'.repeat(100_000)), Buffer.from('plain')]) {
      const stored = new PassThrough()
      stored.write(start)
      const pieces = readLogFile(stored)
      await pieces.next()
      const closed = once(stored, 'close')
      await pieces.return(undefined)
      await closed
    }
  })
})
