import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BadInput, Unavailable } from '../../domain/errors.ts'

/** The magic numbers of RFC 1952, and of https://tukaani.org/xz/xz-file-format.txt */
const GZIP = Buffer.from([0x1f, 0x8b])
const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])

/**
 * Inflates data that begins like gzip or xz, and passes on anything else: some servers send a compressed file
 * with `Content-Encoding: gzip`, and fetch inflates that itself. BadInput if the data is damaged or
 * truncated.
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const head = await readHead(iterator)
  const whole = Readable.from(
    (async function* () {
      yield head
      yield* { [Symbol.asyncIterator]: () => iterator }
    })(),
    { objectMode: false },
  )
  if (head.subarray(0, GZIP.length).equals(GZIP)) yield* gunzip(whole)
  else if (head.subarray(0, XZ.length).equals(XZ)) yield* unxz(whole)
  else yield* whole
}

/** At least as many bytes as the longest magic number, if there are that many. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  while (head.length < XZ.length) {
    const next = await iterator.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

async function* gunzip(compressed: Readable): AsyncGenerator<Uint8Array> {
  const inflated = createGunzip()
  try {
    yield* withOutcome(inflated, pipeline(compressed, inflated))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code?.startsWith('Z_') ? new BadInput(`damaged gzip data: ${message}`, { cause: error }) : error
  }
}

/** Node has no xz, but every Debian system has. */
async function* unxz(compressed: Readable): AsyncGenerator<Uint8Array> {
  const xz = spawn('xz', ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const exited = new Promise<void>((resolve, reject) => {
    xz.once('error', error => reject(new Unavailable(`xz cannot be run: ${error.message}`)))
    xz.once('close', code => (code === 0 ? resolve() : reject(new BadInput('damaged xz data'))))
  })
  // A process that could not be started has no pipes either
  if (xz.pid === undefined) await exited
  const fed = pipeline(compressed, xz.stdin).catch(error => {
    // It ended early: its exit status says why
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
  try {
    yield* withOutcome(xz.stdout, Promise.all([fed, exited]))
  } finally {
    xz.kill()
  }
}

/** Passes on a stream, and then any error of the process that feeds it. */
async function* withOutcome(stream: Readable, done: Promise<unknown>): AsyncGenerator<Uint8Array> {
  // A reader that stops early does not wait for the outcome
  done.catch(() => {})
  try {
    yield* stream
    await done
  } catch (error) {
    throw await done.then(
      () => error,
      first => first,
    )
  }
}
