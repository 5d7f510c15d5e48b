import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Unavailable } from '../domain/errors.ts'

/** Runs Debian's program, as Node 20 has no zstd of its own; it works beside us, and in bounded memory. */
function runZstd(...options: string[]) {
  const child = spawn('zstd', ['-q', '-c', ...options], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Unavailable('the program zstd is missing: install it') : error),
    )
    child.once('close', (status, signal) => {
      if (status === 0) resolve()
      else
        reject(
          new Unavailable(
            `zstd failed (${signal ?? status}): what it was given is damaged, or the disk is full`,
          ),
        )
    })
  })
  return { child, ended }
}

/** Its own failure says more than that of a pipe to or from it. */
async function throughZstd(
  source: Readable,
  target: Writable,
  ended: Promise<void>,
  stdio: { readonly stdin: Writable; readonly stdout: Readable },
): Promise<void> {
  const [program, written, read] = await Promise.allSettled([
    ended,
    pipeline(stdio.stdout, target),
    pipeline(source, stdio.stdin),
  ])
  const isPipe = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EPIPE'
  if (read.status === 'rejected' && !isPipe(read.reason)) throw read.reason
  for (const one of [written, program, read]) if (one.status === 'rejected') throw one.reason
}

/** Compresses into a new file; the hash is that of the compressed bytes. */
export async function compress(
  source: AsyncIterable<string | Uint8Array>,
  toFile: string,
): Promise<{ readonly md5: string }> {
  const { child, ended } = runZstd()
  const hash = createHash('md5')
  child.stdout.on('data', chunk => hash.update(chunk))
  await throughZstd(
    Readable.from(source),
    createWriteStream(toFile, { flags: 'wx', mode: 0o600 }),
    ended,
    child,
  )
  return { md5: hash.digest('hex') }
}

/** Writes what was compressed to a new file. Unavailable if it cannot be decompressed. */
export async function decompress(source: Readable, toFile: string): Promise<void> {
  const { child, ended } = runZstd('-d')
  await throughZstd(
    source,
    createWriteStream(toFile, { flags: 'wx', mode: 0o600, flush: true }),
    ended,
    child,
  )
}
