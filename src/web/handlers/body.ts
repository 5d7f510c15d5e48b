import type { Context } from 'hono'

/** An event of GitHub's has some hundred kilobytes. */
const EVENT_BYTES = 5 * 1024 * 1024
/** A hundred runs to try again have 20 KB, the login provider's answer is taken up to 64,000 characters. */
const FORM_BYTES = 256 * 1024
const FORM_FIELDS = 500

const AMPERSAND = 38

/** A body, or what is in it, goes beyond what its kind may have; the message says which. */
export class TooMuch extends Error {}

const tooLong = (most: number) => new TooMuch(`A request like this may have ${grouped(most)} bytes.`)
const tooMany = () => new TooMuch(`A form may have ${grouped(FORM_FIELDS)} fields.`)
const grouped = (count: number): string => count.toLocaleString('en-GB')

/**
 * The body of what may be an event of GitHub's, as it was sent. Long ones are read only if they say that they are signed:
 * whoever they are from, a form is short. {@link TooMuch} beyond that, whatever the announced length.
 */
export function readEvent(c: Context): Promise<Buffer> {
  const isSigned = ['x-hub-signature-256', 'x-hub-signature'].some(name => c.req.header(name) !== undefined)
  return readBody(c, isSigned ? EVENT_BYTES : FORM_BYTES, () => {})
}

/**
 * The fields of a form that was posted as browsers do; none for a body of another type. They are counted while they come
 * in: {@link TooMuch} as soon as there are more, or more bytes, than any form of this site has.
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
  const reader = c.req.raw.body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    if (Number(c.req.header('content-length') ?? 0) > most) throw tooLong(most)
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      const chunk: Uint8Array = next.value
      length += chunk.length
      if (length > most) throw tooLong(most)
      look(chunk)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof TooMuch && reader !== undefined) await passOver(c, reader)
    throw error
  }
  return Buffer.concat(chunks)
}

/** Of a body that is refused so much is read on, and for so long. */
const PASSED_OVER_BYTES = 16 * 1024 * 1024
const PASSED_OVER_MS = 5_000

/**
 * Reads a body on that is refused already, without keeping any of it: a client that sends all before it reads would meet a
 * connection that broke, and never see why. Without a connection there is nobody like that.
 */
async function passOver(c: Context, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  if ((c.env as { incoming?: unknown } | undefined)?.incoming === undefined) return
  let isLate = () => {}
  const late = new Promise<undefined>(resolve => {
    isLate = () => resolve(undefined)
  })
  const timer = setTimeout(isLate, PASSED_OVER_MS)
  try {
    for (let bytes = 0; bytes <= PASSED_OVER_BYTES; ) {
      const next = await Promise.race([reader.read(), late])
      if (next?.value === undefined) return
      bytes += next.value.length
    }
  } catch {
    // It went away: nobody is left to be told
  } finally {
    clearTimeout(timer)
  }
}

/** The same for a body that nobody has begun to read. */
export async function passOverBody(c: Context): Promise<void> {
  const reader = c.req.raw.body?.getReader()
  if (reader !== undefined) await passOver(c, reader)
}
