import type { Readable } from 'node:stream'

/**
 * A stream as the body of an answer: it ends when the reader leaves, and its failure is passed on to the reader.
 * Node's own `Readable.toWeb` throws where it cannot be caught, which ends the process, if data was read ahead and
 * the reader leaves before receiving it ("Controller is already closed", in Node 22 and 24).
 */
export function webBody(source: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  // The reader is told; without a reader, nobody needs to know
  source.on('error', () => undefined)
  const chunks: AsyncIterator<Uint8Array<ArrayBuffer>> = source[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await chunks.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: () => void source.destroy(),
    },
    { highWaterMark: 0 },
  )
}
