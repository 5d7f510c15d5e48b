import { pipeline, Readable, Transform } from 'node:stream'
import { constants, createGzip, gzipSync } from 'node:zlib'
import { endingWith } from '../../../handlers/stored-body.ts'
import { chooseEncoding } from '../../../http/encoding.ts'
import { webBody } from '../../../http/web-body.ts'

/** What a piece comes to, compressed, has room in so much. */
const COMPRESSED = 32 * 1024
/** Up to this many bytes an answer is sent as a whole: compressing them takes this thread two or three milliseconds. */
const WHOLE = 320 * 1024
const FAST = 1
/** The head of a page waits for the rest of it at most so long. */
const PATIENCE_MS = 50

/** HTML, to be sent one after the other. */
export type Pieces = AsyncGenerator<string | Uint8Array>

/** Keeps what was sent. */
export interface Keeper {
  /** Bytes beyond which it is not kept. */
  readonly most: number
  /** Called with all that was sent, compressed, once the reader has been given the last of it. */
  sent(body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): void
}

/**
 * Each piece is sent on as soon as it is made: the head of the page must not wait for the log. `source`, which they are
 * made from, ends with the answer.
 */
export function sendPieces(
  pieces: Pieces,
  source: { destroy(): unknown },
  headers: Record<string, string>,
  accept: string | undefined,
  keeper?: Keeper,
): Response {
  const plain = endingWith(source, Readable.from(encode(pieces), { objectMode: false }))
  if (chooseEncoding(accept) === 'identity') return new Response(webBody(plain), { headers })
  const gzip = createGzip({ level: FAST, flush: constants.Z_SYNC_FLUSH, chunkSize: COMPRESSED })
  // A reader who goes away ends the pipeline, and with it the transfer from the store.
  const sentHeaders = { ...headers, 'content-encoding': 'gzip' }
  if (keeper === undefined) {
    pipeline(plain, gzip, () => undefined)
    return new Response(webBody(gzip), { headers: sentHeaders })
  }
  const kept = collecting(keeper.most, body => keeper.sent(body, sentHeaders))
  pipeline(plain, gzip, kept, () => undefined)
  return new Response(webBody(kept), { headers: sentHeaders })
}

/**
 * The same for what is short in all likelihood: it is made to its end first and sent as a whole, which costs a third
 * of handing each piece through threads and streams. What turns out to be longer, or is waited for, is sent in pieces
 * after all, and so is what goes uncompressed.
 */
export async function sendTogether(
  pieces: Pieces,
  source: { destroy(): unknown },
  headers: Record<string, string>,
  accept: string | undefined,
  keeper?: Keeper,
): Promise<Response> {
  if (chooseEncoding(accept) === 'identity') return sendPieces(pieces, source, headers, accept, keeper)
  const begun: Uint8Array[] = []
  const wait = waiting()
  try {
    for (let bytes = 0; bytes <= WHOLE; ) {
      const next = pieces.next()
      const made = await Promise.race([next, wait.over])
      if (made === undefined) {
        next.catch(() => undefined) // whoever reads the rest is told
        return sendPieces(resumed(begun, pieces, next), source, headers, accept, keeper)
      }
      if (made.done) return sendWhole(Buffer.concat(begun), headers, keeper)
      const piece = asBytes(made.value)
      begun.push(piece)
      bytes += piece.length
    }
  } finally {
    wait.end()
  }
  return sendPieces(resumed(begun, pieces), source, headers, accept, keeper)
}

function waiting(): { readonly over: Promise<undefined>; end(): void } {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined)
  })
  return { over, end: () => clearTimeout(timer) }
}

function sendWhole(page: Uint8Array, headers: Record<string, string>, keeper: Keeper | undefined): Response {
  const sentHeaders = { ...headers, 'content-encoding': 'gzip' }
  const body = new Uint8Array(gzipSync(page, { level: FAST }))
  keeper?.sent(body, sentHeaders)
  return new Response(body, { headers: { ...sentHeaders, 'content-length': String(body.length) } })
}

/** What is already made, and the rest, of which the next piece may be in progress. */
async function* resumed(
  begun: readonly Uint8Array[],
  rest: Pieces,
  next?: ReturnType<Pieces['next']>,
): Pieces {
  try {
    yield Buffer.concat(begun)
    const made = await next
    if (made?.done !== true) {
      if (made !== undefined) yield made.value
      yield* rest
    }
  } finally {
    await rest.return(undefined)
  }
}

/** Passes all on, and gives it as a whole at its end, unless that is too much. */
function collecting(most: number, whole: (body: Uint8Array<ArrayBuffer>) => void): Transform {
  let chunks: Uint8Array[] = []
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= most) chunks.push(chunk)
      else chunks = []
      done(null, chunk)
    },
    flush(done) {
      // A copy: zlib's chunks are parts of larger buffers, which would be kept with them
      if (bytes <= most) whole(new Uint8Array(Buffer.concat(chunks)))
      done()
    },
  })
}

const asBytes = (piece: string | Uint8Array): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece) : piece

async function* encode(pieces: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) if (piece.length > 0) yield asBytes(piece)
}
