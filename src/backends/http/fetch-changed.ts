import { isFailure, messageOf, Unavailable } from '../../domain/errors.ts'
import { openAnswer } from './open-answer.ts'

/** A server's description of a file when last read, which shows whether the file has changed. */
export interface Validators {
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
}

export type Changed<T> =
  | { readonly state: 'unchanged' }
  | { readonly state: 'missing' }
  | {
      readonly state: 'changed'
      readonly value: T
      /** From the answer; `lastModified` is the time of sending if the server does not give another. */
      readonly validators: Validators
      /** Whether the server gives any of both, by which it can tell later that nothing changed. */
      readonly isTold: boolean
    }

export interface FetchChangedOptions<T> {
  readonly since: Validators
  /** How long the server may be silent before and while it answers. */
  readonly silenceMs: number
  readonly signal: AbortSignal
  /** Reads the body while it streams in. Its errors are passed on. */
  readonly read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>
}

/**
 * Reads a file from a server if it has changed. Unavailable if the server is away or falls silent; each
 * message begins with the address.
 */
export async function fetchChanged<T>(address: string, options: FetchChangedOptions<T>): Promise<Changed<T>> {
  const { since, silenceMs, signal, read } = options
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Unavailable(`silent for ${silenceMs} ms`)), silenceMs)
  const either = AbortSignal.any([silence.signal, signal])
  try {
    const headers = {
      // The file is already compressed, or short
      'accept-encoding': 'identity',
      ...(since.etag ? { 'if-none-match': since.etag } : {}),
      ...(since.lastModified ? { 'if-modified-since': since.lastModified } : {}),
    }
    const answer = await openAnswer(address, headers, either)
    timer.refresh()
    try {
      const { statusCode: status, headers: told } = answer
      if (status === 304) return { state: 'unchanged' }
      if (status === 404 || status === 410) return { state: 'missing' }
      if (status !== 200) throw new Unavailable(`status ${status}`)
      const value = await read(watched(answer, () => timer.refresh()))
      const lastModified = told['last-modified'] ?? told.date ?? ''
      const isTold = (told['last-modified'] ?? told.etag) !== undefined
      return { state: 'changed', value, validators: { etag: told.etag, lastModified }, isTold }
    } finally {
      answer.destroy()
    }
  } catch (error) {
    const cause: unknown = either.aborted ? either.reason : error
    if (isFailure(cause)) throw withAddress(cause, address)
    throw new Unavailable(`${address}: ${messageOf(cause)}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

function withAddress(error: Error, address: string): Error {
  const Kind = error.constructor as new (message: string, options: ErrorOptions) => Error
  return new Kind(`${address}: ${error.message}`, { cause: error })
}

/** The unchanged bytes, with a call for each chunk. */
async function* watched(body: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onChunk()
    yield chunk
  }
}
