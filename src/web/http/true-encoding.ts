import type { Readable } from 'node:stream'
import type { ObjectInfo, StoredObject } from '../../backends/store/store.ts'
import { GZIP_START, isGzip } from '../../contracts/files/log/log-file.ts'

/**
 * The headers of an object, which declare gzip only if it is: workers declare it for every `log.gz`, and a browser
 * cannot open an object that is wrongly declared as gzip.
 * @param start gives the object's first bytes, {@link GZIP_START} of them
 */
export async function withTrueEncoding(
  headers: Record<string, string>,
  { bytes }: Pick<ObjectInfo, 'bytes'>,
  start: () => Promise<Uint8Array>,
): Promise<Record<string, string>> {
  const { 'content-encoding': encoding, ...others } = headers
  if (encoding !== 'gzip' || (bytes >= GZIP_START && isGzip(await start()))) return headers
  return others
}

/**
 * The beginning of what is about to be read, of at least {@link GZIP_START} bytes, which stay there; nothing of a body
 * that has fewer. Throws what reading throws.
 */
export async function firstBytes({ body }: Pick<StoredObject, 'body'>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0)
  for (;;) {
    // Everything that is buffered: a stream that is asked for more than it holds reports at once that it is readable, again and again
    const chunk: Uint8Array | null = body.read()
    if (chunk !== null) start = start.length === 0 ? chunk : Buffer.concat([start, chunk])
    if (start.length >= GZIP_START) {
      body.unshift(start)
      return start
    }
    if (chunk !== null) continue
    if (body.errored) throw body.errored
    if (body.readableEnded || body.destroyed) return new Uint8Array(0)
    await news(body)
  }
}

/** Until there is more to read, or never will be. */
function news(body: Readable): Promise<void> {
  const events = ['readable', 'end', 'error', 'close']
  return new Promise(resolve => {
    const heard = (): void => {
      for (const event of events) body.off(event, heard)
      resolve()
    }
    for (const event of events) body.on(event, heard)
  })
}
