import { PassThrough, Readable } from 'node:stream'
import { constants, crc32, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { effort, fc } from '../../../../test/fuzz.ts'
import { isDamage, readLogFile } from './log-file.ts'

/** Reads as far as possible. */
async function readDamaged(stored: Readable, piece?: number): Promise<{ text: Buffer; error: unknown }> {
  const pieces: Uint8Array[] = []
  try {
    for await (const one of readLogFile(stored, piece)) pieces.push(one)
    return { text: Buffer.concat(pieces), error: undefined }
  } catch (error) {
    return { text: Buffer.concat(pieces), error }
  }
}

const inChunks = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    ),
  )

const text = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)),
  fc
    .tuple(fc.string({ maxLength: 80 }), fc.integer({ min: 0, max: 5_000 }))
    .map(([line, count]) => Buffer.from(`${line}\n`.repeat(count))),
)
const level = fc.integer({ min: 0, max: 9 })
const chunk = fc.integer({ min: 1, max: 70_000 })
const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const packed = (body: Buffer, compression: number) => gzipSync(body, { level: compression })
const slow = 60_000

/** Checks a property of any log, compressed in any way, that is damaged in some way and read in chunks of any size. */
const always = <Damage>(
  damage: fc.Arbitrary<Damage>,
  check: (whole: Buffer, damage: Damage, size: number, body: Buffer) => Promise<void>,
) =>
  fc.assert(
    fc.asyncProperty(text, level, chunk, damage, (body, compression, size, how) =>
      check(packed(body, compression), how, size, body),
    ),
    effort(60),
  )

describe('a damaged log', () => {
  it(
    'has all the text before the place where it was cut',
    () =>
      always(part, async (whole, at, size) => {
        // With fewer bytes it is not gzip
        const cut = whole.subarray(0, 3 + Math.floor((whole.length - 3) * at))
        const { text: given, error } = await readDamaged(inChunks(cut, size))
        const readable = cut.length < 10 ? '' : gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH })
        expect(given.equals(Buffer.from(readable))).toBe(true)
        expect(isDamage(error)).toBe(true)
      }),
    slow,
  )

  it(
    'has all its text, whatever its check and length say',
    () => {
      const change = fc.record({
        fromEnd: fc.integer({ min: 1, max: 8 }),
        bits: fc.integer({ min: 1, max: 255 }),
      })
      return always(change, async (whole, { fromEnd, bits }, size, body) => {
        whole.writeUInt8(whole.readUInt8(whole.length - fromEnd) ^ bits, whole.length - fromEnd)
        const { text: given, error } = await readDamaged(inChunks(whole, size))
        expect(given.equals(body)).toBe(true)
        expect(error).toMatchObject({ code: 'Z_DATA_ERROR', message: expect.stringMatching(/^incorrect /) })
      })
    },
    slow,
  )

  it(
    'has all its text, whatever stands behind it',
    () =>
      always(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (whole, garbage, size, body) => {
        const { text: given, error } = await readDamaged(inChunks(Buffer.concat([whole, garbage]), size))
        expect(given.subarray(0, body.length).equals(body)).toBe(true)
        // Zeros fill up blocks of a tape
        if (garbage[0] === 0) expect(error).toBeUndefined()
        else expect(isDamage(error)).toBe(true)
      }),
    slow,
  )

  it(
    'is read as zlib reads it where it is whole, in several members too',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(text, level), { minLength: 1, maxLength: 4 }),
          chunk,
          fc.integer({ min: 64, max: 70_000 }),
          async (members, size, piece) => {
            const stored = Buffer.concat(members.map(([body, compression]) => packed(body, compression)))
            const { text: given, error } = await readDamaged(inChunks(stored, size), piece)
            expect(error).toBeUndefined()
            expect(given.equals(gunzipSync(stored))).toBe(true)
          },
        ),
        effort(40),
      ),
    slow,
  )

  it('may name its file, comment on it and carry other fields, at every cut of chunks', async () => {
    const body = Buffer.from('some text\n'.repeat(100))
    const plain = gzipSync(body)
    const head = Buffer.from(plain.subarray(0, 10))
    head[3] = 0x1f
    const named = Buffer.concat([Buffer.from([5, 0, 1, 2, 3, 4, 5]), Buffer.from('log\0and a comment\0')])
    const check = Buffer.alloc(2)
    check.writeUInt16LE(crc32(Buffer.concat([head, named])) & 0xffff)
    const fields = Buffer.concat([named, check])
    const stored = Buffer.concat([head, fields, plain.subarray(10)])
    for (const size of [1, 2, 3, 7, 11, 1000])
      expect(await readDamaged(inChunks(stored, size))).toEqual({ text: body, error: undefined })
    for (let at = 3; at < 10 + fields.length; at++) {
      const { text: given, error } = await readDamaged(inChunks(stored.subarray(0, at), 4))
      expect(given.length).toBe(0)
      expect(error).toMatchObject({ code: 'Z_BUF_ERROR' })
    }
  })

  it('loses no more than one piece where its own bytes are wrong', async () => {
    const body = Buffer.from(Array.from({ length: 50_000 }, (_, n) => `line ${n * 7919}\n`).join(''))
    const stored = gzipSync(body)
    const half = stored.subarray(0, Math.floor((stored.length * 2) / 3))
    const before = gunzipSync(half, { finishFlush: constants.Z_SYNC_FLUSH })
    const wrong = Buffer.concat([half, Buffer.alloc(100_000, 0xff)])
    const { text: given, error } = await readDamaged(inChunks(wrong, 65_536), 16_384)
    expect(isDamage(error)).toBe(true)
    expect(given.length).toBeGreaterThan(before.length - 16_384)
    expect(given.subarray(0, before.length).equals(before.subarray(0, given.length))).toBe(true)
  })

  it('has all that was transferred before the connection broke', async () => {
    const body = Buffer.from('hello\n'.repeat(100_000))
    const whole = gzipSync(body)
    const stored = new PassThrough()
    stored.write(whole.subarray(0, whole.length - 8))
    const reading = readLogFile(stored)
    const pieces: Uint8Array[] = []
    const read = (async () => {
      for await (const piece of reading) {
        pieces.push(piece)
        if (Buffer.concat(pieces).length === body.length) stored.destroy(new Error('reset by peer'))
      }
    })()
    await expect(read).rejects.toThrow('reset by peer')
  })
})
