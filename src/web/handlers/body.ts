import { Readable } from 'node:stream'
import type { Context } from 'hono'

/** An event of GitHub's has some hundred kilobytes. */
const EVENT_BYTES = 5 * 1024 * 1024
/** A hundred runs to try again have 20 KB, the login provider's answer is taken up to 64,000 characters. */
const FORM_BYTES = 256 * 1024
const FORM_FIELDS = 500

const AMPERSAND = 38

/** A body, or what is in it, goes beyond what its kind may have; the message says which. */
export class TooMuch extends Error {}

const tooLong = (most: number) => new TooMuch(`A request like this may have at most ${grouped(most)} bytes.`)
const tooMany = () => new TooMuch(`A form may have at most ${grouped(FORM_FIELDS)} fields.`)
const grouped = (count: number): string => count.toLocaleString('en-GB')

/**
 * The body of a possible event of GitHub, as it was sent. Long bodies are read only if they claim to be signed, as
 * forms are short. Throws {@link TooMuch} beyond that, whatever the announced length.
 */
export function readEvent(c: Context): Promise<Buffer> {
  const isSigned = ['x-hub-signature-256', 'x-hub-signature'].some(name => c.req.header(name) !== undefined)
  return readBody(c, isSigned ? EVENT_BYTES : FORM_BYTES, () => {})
}

/**
 * The fields of a form that was posted as browsers do; none for a body of another type. They are counted while they
 * come in: {@link TooMuch} as soon as there are more, or more bytes, than any form of this site has.
 */
export async function readForm(c: Context): Promise<URLSearchParams> {
  const count = isForm(c) ? fieldCounter() : () => {}
  return formFields(c, await readBody(c, FORM_BYTES, count))
}

/** The fields of a body that was read; none of one of another type. {@link TooMuch} as above. */
export function formFields(c: Context, body: Buffer): URLSearchParams {
  if (!isForm(c)) return new URLSearchParams()
  if (body.length > FORM_BYTES) throw tooLong(FORM_BYTES)
  fieldCounter()(body)
  return new URLSearchParams(body.toString('utf8'))
}

const isForm = (c: Context): boolean =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'

function fieldCounter(): (chunk: Uint8Array) => void {
  let fields = 1
  return chunk => {
    for (let at = chunk.indexOf(AMPERSAND); at !== -1; at = chunk.indexOf(AMPERSAND, at + 1)) {
      fields += 1
      if (fields > FORM_FIELDS) throw tooMany()
    }
  }
}

async function readBody(c: Context, most: number, look: (chunk: Uint8Array) => void): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    if (Number(c.req.header('content-length') ?? 0) > most) throw tooLong(most)
    for await (const chunk of chunksOf(c)) {
      length += chunk.length
      if (length > most) throw tooLong(most)
      look(chunk)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof TooMuch) await passOverBody(c)
    throw error
  }
  return Buffer.concat(chunks)
}

/** The connection's own stream, if there is a connection: it is left as it is where its reader stops. */
function incomingOf(c: Context): Readable | undefined {
  const incoming = (c.env as { incoming?: unknown } | undefined)?.incoming
  return incoming instanceof Readable ? incoming : undefined
}

function chunksOf(c: Context): AsyncIterable<Uint8Array> {
  return incomingOf(c)?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body ?? Readable.from([])
}

/** Of a body that is refused so much is read on, and for so long. */
const PASSED_OVER_BYTES = 16 * 1024 * 1024
const PASSED_OVER_MS = 5_000

/**
 * Reads the rest of a body that is already refused, without keeping any of it: otherwise a client that sends
 * everything before it reads would find a broken connection, and never see the reason. Not needed without a
 * connection.
 */
export async function passOverBody(c: Context): Promise<void> {
  const incoming = incomingOf(c)
  if (incoming === undefined || incoming.readableEnded || incoming.destroyed) return
  await new Promise<void>(resolve => {
    const late = setTimeout(done, PASSED_OVER_MS)
    let bytes = 0
    function take(chunk: Uint8Array): void {
      bytes += chunk.length
      giveBack(chunk)
      if (bytes > PASSED_OVER_BYTES) done()
    }
    function done(): void {
      clearTimeout(late)
      incoming?.off('data', take).off('close', done).off('end', done)
      resolve()
    }
    // Nobody is left who could be told of a failure, and the connection is closed after it
    incoming
      .on('error', () => {})
      .on('close', done)
      .on('end', done)
      .on('data', take)
      .resume()
  })
}

/**
 * Frees the memory of a chunk that nothing else uses at once. V8 only collects memory outside its heap when there are
 * tens of megabytes of it, in pieces that leave holes: four senders of refused forms took 100 MB.
 */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
