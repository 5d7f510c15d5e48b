import { Readable } from 'node:stream'
import { constants, gunzipSync } from 'node:zlib'
import type { Store } from '../../backends/store/store.ts'
import { isGzip, readLogFile } from '../../contracts/files/log/log-file.ts'
import { type LogHead, parseLogHead } from '../../contracts/files/log/log-head.ts'
import { BadInput } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** Nearly every log has its command line in the first; setup commands and hundreds of triggers take the second. */
const TRIES = [
  { stored: 8 * 1024, inflated: 64 * 1024 },
  { stored: 256 * 1024, inflated: 1024 * 1024 },
] as const

/**
 * Reads the information in the head of a run's log, by byte range, and bounded even if the log is extremely
 * compressed. Returns undefined if there is no log, it is damaged from the start, or it says nothing.
 */
export async function readLogHead(
  store: Pick<Store, 'get'>,
  container: string,
  run: RunKey,
  signal: AbortSignal,
): Promise<LogHead | undefined> {
  for (const { stored, inflated } of TRIES) {
    const log = await getStart(store, container, `${runDirectory(run)}/log.gz`, stored, signal)
    if (log === undefined) return undefined
    const head = parseLogHead(await inflateStart(log.start, inflated))
    if (head !== undefined || log.bytes <= stored) return head
  }
  return undefined
}

/** The first bytes of an object and its length; undefined if it does not exist or is empty. */
async function getStart(
  store: Pick<Store, 'get'>,
  container: string,
  name: string,
  limit: number,
  signal: AbortSignal,
): Promise<{ start: Buffer; bytes: number } | undefined> {
  try {
    const object = await store.get(container, name, {
      range: { first: 0, last: limit - 1 },
      signal,
      hash: false,
    })
    return (
      object && { start: await readStart(object.body, limit), bytes: object.range?.total ?? object.bytes }
    )
  } catch (error) {
    // An empty object has no first byte
    if (error instanceof BadInput) return undefined
    throw error
  }
}

/** Reads to the end, so that the connection can serve again, unless there is more than was asked for. */
async function readStart(stream: Readable, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream) {
    parts.push(part)
    length += part.length
    if (length > limit) break
  }
  return Buffer.concat(parts).subarray(0, limit)
}

/** The beginning of a log's text, up to a number of bytes; for a damaged or truncated log, as much as can be read. */
async function inflateStart(compressed: Buffer, limit: number): Promise<string> {
  if (!isGzip(compressed)) return compressed.subarray(0, limit).toString()
  if (compressed.length <= TRIES[0].stored) {
    // A stream costs five times as much
    try {
      return gunzipSync(compressed, {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: limit,
      }).toString()
    } catch {
      // Longer, or damaged: as much as can be had
    }
  }
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of readLogFile(Readable.from([compressed]))) {
      parts.push(part)
      length += part.length
      if (length >= limit) break
    }
  } catch {
    // Damaged: what came before counts
  }
  return Buffer.concat(parts).subarray(0, limit).toString()
}
