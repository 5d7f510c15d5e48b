import type { Readable } from 'node:stream'

/**
 * A stream as the body of an answer: it ends when the reader leaves, and its failure is the reader's. Node's own
 * `Readable.toWeb` throws where nobody can catch it, which ends the process, when something was read ahead and the
 * reader leaves before it was given that ("Controller is already closed", in Node 22 and 24).
 */
export function webBody(source: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Whoever reads is told; and where nobody does, nobody needs to know
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
