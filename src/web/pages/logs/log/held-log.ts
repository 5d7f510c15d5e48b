import { Readable } from 'node:stream'
import type { StoredObject } from '../../../../backends/store/store.ts'
import { inflateShort, readLogFile } from '../../../../contracts/files/log/log-file.ts'

/** So much is inflated at once. */
const INFLATED = 64 * 1024
/** The text of a short log is at most so long: inflating and rendering it takes a few milliseconds. */
const SHORT_TEXT = 256 * 1024

/** The text of a log in pieces; throws where it cannot be read any further. */
export type LogText = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** The text of a log as it comes from the store, once. */
export const textOf = (stored: Readable): LogText => readLogFile(stored, INFLATED)

/** Takes all that the store has of a log, to be read any number of times: each breaks off where the store did. */
export async function holdLog({ body }: Pick<StoredObject, 'body'>): Promise<() => LogText> {
  const chunks: Uint8Array[] = []
  let broken: { readonly error: unknown } | undefined
  try {
    for await (const chunk of body) chunks.push(chunk as Uint8Array)
  } catch (error) {
    broken = { error }
  }
  const stored = Buffer.concat(chunks)
  const text = broken === undefined ? inflateShort(stored, SHORT_TEXT) : undefined
  if (text !== undefined) return () => [text]
  return () => textOf(Readable.from(again(stored, broken)))
}

async function* again(
  stored: Uint8Array,
  broken: { readonly error: unknown } | undefined,
): AsyncGenerator<Uint8Array> {
  if (stored.length > 0) yield stored
  if (broken !== undefined) throw broken.error
}
