import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { Unavailable } from '../../domain/errors.ts'
import { compress, decompress } from './zstd.ts'

const from = (...parts: Uint8Array[]) => Readable.from(parts)
const newFile = () => join(temporaryFolder(), 'file')

describe('a file compressed with zstd', () => {
  it('is the same when it was decompressed, and for its owner alone', async () => {
    const [packed, again] = [newFile(), newFile()]
    const bytes = randomBytes(300_000)
    await compress(from(bytes.subarray(0, 7), bytes.subarray(7)), packed)
    await decompress(from(readFileSync(packed)), again)
    expect(readFileSync(again).equals(bytes)).toBe(true)
    expect([packed, again].map(file => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
  })

  it('may have several frames, as programs that work on several processors write it', async () => {
    const again = newFile()
    const frames = Buffer.concat([zstdCompressSync('one, '), zstdCompressSync('two')])
    await decompress(from(...Array.from(frames, byte => Uint8Array.of(byte))), again)
    expect(readFileSync(again, 'utf8')).toBe('one, two')
  })

  it.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, -5)],
    ['another kind of file', () => Buffer.from('SQLite format 3')],
    ['changed in the middle', (whole: Buffer) => Buffer.from(whole).fill(0xa5, 100, 120)],
  ])('is unavailable where it is %s', async (_, damage) => {
    const packed = newFile()
    await compress(from(randomBytes(50_000)), packed)
    await expect(decompress(from(damage(readFileSync(packed))), newFile())).rejects.toThrow(Unavailable)
  })

  it('is left to whoever made it: neither writes over another file', async () => {
    const packed = newFile()
    await compress(from(Buffer.from('first')), packed)
    const before = readFileSync(packed)
    await expect(compress(from(Buffer.from('second')), packed)).rejects.toThrow('EEXIST')
    expect(readFileSync(packed)).toEqual(before)
  })

  it('fails with the error of what it is read from', async () => {
    async function* failing() {
      yield 'begun'
      throw new Error('the query failed')
    }
    await expect(compress(failing(), newFile())).rejects.toThrow('the query failed')
  })
})
