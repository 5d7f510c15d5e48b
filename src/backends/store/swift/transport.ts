import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { addAbortSignal, pipeline, Readable } from 'node:stream'
import { urlToHttpOptions } from 'node:url'
import type { ZodType } from 'zod'
import { Unavailable } from '../../../domain/errors.ts'
import { parseJson } from '../../../domain/text/json.ts'
import { type Timing, Transient } from '../persist.ts'

/** A body that can be sent only once; `started` tells whether any of it has been taken. */
export interface UploadBody {
  readonly stream: Readable
  started: boolean
}

export interface HttpRequest {
  /** The name of the server in messages. */
  readonly peer: string
  readonly method: string
  /** Scheme, host and port. */
  readonly url: URL
  /** Encoded, with the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | UploadBody
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As sent, never decoded. Ends in {@link Transient} if it is cut short or stalls. */
  readonly body: Readable
}

export interface Transport {
  /** Makes one attempt; failures that may not recur are {@link Transient}. Redirects are not followed. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}

/** The size of the pieces of a body that can be sent again, so that progress can be seen. */
const PIECE = 256 * 1024

/**
 * HTTP as an object store needs it: bodies are not decoded (the global `fetch` would inflate data stored in
 * gzip), connections are kept, and every wait has a limit.
 */
export function openTransport(timing: Timing): Transport {
  const kept = { keepAlive: true, maxFreeSockets: 16 }
  const plain = new Agent(kept)
  const secure = new SecureAgent(kept)

  const begin = ({ url, path, method, headers, body, signal }: HttpRequest): ClientRequest => {
    const isSecure = url.protocol === 'https:'
    const once = isUpload(body)
    const options = {
      ...urlToHttpOptions(url),
      path,
      method,
      headers: {
        ...headers,
        ...(once
          ? { expect: '100-continue' }
          : body === undefined
            ? {}
            : { 'content-length': `${body.length}` }),
      },
      // A kept connection may turn out to be closed: unsuitable for a body that cannot be sent again
      agent: once ? false : isSecure ? secure : plain,
      ...(signal === undefined ? {} : { signal }),
    } as const
    return isSecure ? requestHttps(options) : requestHttp(options)
  }

  return {
    send(request) {
      return new Promise((resolve, reject) => {
        const { peer } = request
        const call = begin(request)
        const source = sourceOf(request.body)
        let timer: NodeJS.Timeout | undefined
        let over = false
        const allow = (ms: number, complaint: string) => {
          clearTimeout(timer)
          if (!over) timer = setTimeout(() => call.destroy(new Transient(complaint)), ms)
        }
        const allowAnswer = () => allow(timing.answerMs, `${peer} does not answer`)
        const end = () => {
          over = true
          clearTimeout(timer)
        }
        allow(timing.connectMs, `${peer} refuses connections or cannot be reached`)
        call.once('socket', socket => {
          if (!socket.connecting) allowAnswer()
          else socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', allowAnswer)
        })
        call.on('error', error => {
          end()
          reject(sourceFault(source) ?? faultOf(error, call, peer))
        })
        call.once('response', response => {
          end()
          // An unfinished or unsent body must not keep the connection
          if (isUpload(request.body)) response.once('close', () => call.destroy())
          const { statusCode = 0, headers } = response
          const body = receiveBody(response, peer, timing.idleMs)
          if (request.signal !== undefined) addAbortSignal(request.signal, body)
          resolve({ status: statusCode, headers, body })
        })
        if (source === undefined) {
          call.end()
          return
        }
        const start = () => {
          source.on('data', () => allow(timing.idleMs, `${peer} stopped reading the request body`))
          pipeline(source, call, error => {
            if (error) call.destroy(error)
            else allowAnswer()
          })
        }
        if (isUpload(request.body)) whenWanted(call, request.body, timing.continueMs, start)
        else start()
      })
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

const isUpload = (body: HttpRequest['body']): body is UploadBody =>
  body !== undefined && !(body instanceof Uint8Array)

function sourceOf(body: HttpRequest['body']): Readable | undefined {
  if (body === undefined || isUpload(body)) return body?.stream
  const pieces = Array.from({ length: Math.ceil(body.length / PIECE) }, (_, i) =>
    body.subarray(i * PIECE, (i + 1) * PIECE),
  )
  return Readable.from(pieces, { objectMode: false })
}

/**
 * Waits for the server's `100 Continue` before the first byte is taken, so that an expired token does not
 * cost the body; but not for long, as a proxy may not pass it on.
 */
function whenWanted(call: ClientRequest, upload: UploadBody, ms: number, start: () => void): void {
  const once = () => {
    if (upload.started || call.destroyed) return
    upload.started = true
    start()
  }
  const timer = setTimeout(once, ms)
  const noMore = () => clearTimeout(timer)
  call.once('continue', once).once('response', noMore).once('close', noMore)
  call.flushHeaders()
}

/** The body of an answer: it may stall for as long as nobody reads, and must be complete. */
function receiveBody(response: IncomingMessage, peer: string, idleMs: number): Readable {
  let received = 0
  let timer: NodeJS.Timeout | undefined
  const breakOff = (why: string) =>
    body.destroy(new Transient(`${peer} ${why} after ${received} bytes of a body`))
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => breakOff('stopped sending'), idleMs)
  }
  const body = new Readable({
    highWaterMark: 128 * 1024,
    read() {
      if (!response.complete) wait()
      response.resume()
    },
    destroy(error, done) {
      clearTimeout(timer)
      response.destroy()
      done(error)
    },
  })
  response.pause()
  response.on('data', (chunk: Buffer) => {
    received += chunk.length
    clearTimeout(timer)
    if (!body.push(chunk)) response.pause()
  })
  response.once('end', () => {
    clearTimeout(timer)
    body.push(null)
  })
  response.once('error', () => breakOff('broke off'))
  response.once('close', () => {
    if (!response.complete) breakOff('broke off')
  })
  // The reader may not listen yet; it gets the error when it reads
  body.on('error', () => {})
  return body
}

/** Reads a small body; refuses a longer one. */
async function readBody({ body }: HttpAnswer, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += (chunk as Buffer).length
    if (length > most)
      throw new Unavailable(`an answer of more than ${most} bytes, which is more than was requested`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** Reads an answer of the given shape; undefined if it has another shape, or is not JSON. */
export async function readJson<T>(
  answer: HttpAnswer,
  shape: ZodType<T>,
  most: number,
): Promise<T | undefined> {
  const bytes = await readBody(answer, most)
  try {
    return shape.safeParse(parseJson(bytes.toString())).data
  } catch {
    return undefined
  }
}

/** Reads an answer to its end, to reuse its connection; drops the connection if too much is left. */
export function discard(answer: HttpAnswer): void {
  readBody(answer, 64 * 1024).catch(() => {})
}

/** An error of the body that we send, as opposed to one of the server. */
function sourceFault(source: Readable | undefined): Error | undefined {
  if (source === undefined || !source.destroyed || source.readableEnded) return undefined
  return source.errored ?? new Error('premature end of a body that was being sent')
}

/** Describes the error without naming hosts. */
function faultOf(error: Error, call: ClientRequest, peer: string): Error {
  const code = (error as NodeJS.ErrnoException).code ?? error.message
  if (error instanceof Transient || error.name === 'AbortError') return error
  // A kept connection that the server had closed says nothing about the server
  const pauseMs = call.reusedSocket ? 0 : undefined
  return new Transient(`${peer} cannot be reached: ${code}`, { cause: error, pauseMs })
}
