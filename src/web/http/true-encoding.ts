import type { Readable } from 'node:stream'
import type { ObjectInfo, StoredObject } from '../../backends/store/store.ts'
import { GZIP_START, isGzip } from '../../contracts/files/log-file.ts'

/**
 * Of an object, whether its bytes are gzip where the store says so: workers say it of `log.gz` whatever is in it, and a
 * browser opens nothing of what is said to be gzip and is none.
 * @param start gives the object's first bytes, {@link GZIP_START} of them
 */
export async function withTrueEncoding<Info extends ObjectInfo>(
  info: Info,
  start: () => Promise<Uint8Array>,
): Promise<Info> {
  if (info.contentEncoding !== 'gzip') return info
  if (info.bytes >= GZIP_START && isGzip(await start())) return info
  const { contentEncoding, ...rest } = info
  return rest as Info
}

/** The first bytes of what is about to be read, where they stay; fewer if there are no more. Throws what reading throws. */
export async function firstBytes({ body }: Pick<StoredObject, 'body'>): Promise<Uint8Array> {
  for (;;) {
    const start: Uint8Array | null = body.read(GZIP_START)
    if (start !== null) {
      body.unshift(start)
      return start
    }
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
