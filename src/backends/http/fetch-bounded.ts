import { isFailure, messageOf, Unavailable } from '../../domain/errors.ts'

/** The limits of the time and memory that a peer may use. */
export interface Bounds {
  /** From the first byte that we send to the last one received. */
  readonly timeoutMs: number
  readonly mostBytes: number
}

export interface WholeAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * One request and its whole answer, whatever its status; redirects are not followed. Unavailable, naming the
 * `peer` and no address, if no answer comes in time or it is longer than expected.
 */
export async function fetchBounded(
  peer: string,
  url: string,
  bounds: Bounds,
  request: Pick<RequestInit, 'method' | 'headers' | 'body'> & { readonly signal?: AbortSignal } = {},
): Promise<WholeAnswer> {
  const timeout = AbortSignal.timeout(bounds.timeoutMs)
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal])
  try {
    const answer = await fetch(url, { ...request, signal, redirect: 'manual' })
    const text = await readBounded(peer, answer, bounds.mostBytes)
    return { status: answer.status, headers: answer.headers, text }
  } catch (error) {
    if (isFailure(error)) throw error
    if (timeout.aborted) throw new Unavailable(`${peer} does not answer in time`, { cause: error })
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
    throw new Unavailable(`${peer} cannot be reached: ${codeOf(cause)}`, { cause: error })
  }
}

/** System messages contain addresses, their codes do not. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
}

/** The text of an answer; Unavailable, naming the `peer`, as soon as it is longer than expected. */
export async function readBounded(peer: string, answer: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    // Leaving the loop closes the connection
    if (length > mostBytes) throw new Unavailable(`${peer} answers with more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
