import { pipeline, Readable, Transform } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { constants, createGzip } from 'node:zlib'
import type { StoredObject } from '../../../../backends/store/store.ts'
import { readLogFile } from '../../../../contracts/files/log-file.ts'
import { messageOf } from '../../../../domain/errors.ts'
import type { Failure } from '../../../../domain/log/failure/failure-finder.ts'
import type { LogIndex } from '../../../../domain/log/log-index.ts'
import { LogIndexer } from '../../../../domain/log/log-sections.ts'
import { turn } from '../../../../domain/time/turns.ts'
import { endingWith } from '../../../handlers/stored-body.ts'
import { chooseEncoding } from '../../../http/encoding.ts'
import { LogBody } from './log-body.ts'
import { contents } from './log-section.view.ts'
import { MOST_BYTES, RenderingPace } from './pace.ts'

/** A compressed log up to this size is held while its index is made, so that the contents can stand first. */
const HELD = 2 * 1024 * 1024
/** So much of a page is the log: with what stands around it, and the piece that goes beyond, it stays below 64 MB. */
const SENT = 56 * 1024 * 1024
/** What the number and the anchor of a line take of that, at least. */
const LINE_BYTES = 40
/** Sent on in pieces of about this size. */
const PIECE = 64 * 1024

/** What was derived from a log before it is shown. */
export interface KnownLog {
  readonly index: LogIndex | undefined
  /** Why its tests failed, the run's own first. */
  readonly failures: readonly Pick<Failure, 'test' | 'lines'>[]
}

/**
 * The HTML in pieces, the head before anything of the log is read.
 * @param most bytes of HTML after which the log is cut, with the way to the rest
 */
export async function* streamLog(
  page: { before: string; after: string },
  object: StoredObject,
  known: KnownLog | undefined,
  rawLog: string,
  onBroken: (error: unknown) => void,
  most = SENT,
): AsyncGenerator<string> {
  const failures = known?.failures ?? []
  yield page.before
  try {
    const held = known?.index === undefined && object.bytes <= HELD ? await holdAll(object.body) : undefined
    const index = held === undefined ? known?.index : await indexLog(held, most)
    if (index !== undefined) yield contents(index, failures).toString()
    const lines = failures.flatMap(failure => failure.lines.map(({ number }) => number))
    const body = new LogBody({ known: index, failures: lines, rawLog })
    const compressed = held === undefined ? object.body : Readable.from([held])
    yield* bodyPieces(body, compressed, onBroken, { rawLog, most })
    const end = body.end()
    yield end.html
    if (index === undefined) yield contents(end.index, failures).toString()
  } finally {
    object.body.destroy()
  }
  yield page.after
}

async function holdAll(body: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

/**
 * The index of as much as a page can show. Undefined for what is no gzip, or breaks off: then the page shows what can
 * be read, and says so.
 */
async function indexLog(compressed: Uint8Array, most: number): Promise<LogIndex | undefined> {
  const indexer = new LogIndexer()
  const pace = new RenderingPace()
  let cost = 0
  try {
    for await (const chunk of readLogFile(Readable.from([compressed]), MOST_BYTES)) {
      for (const slice of pace.slices(chunk)) {
        const before = indexer.lines
        indexer.push(slice)
        const spent = slice.byteLength + (indexer.lines - before) * LINE_BYTES
        pace.spent(spent)
        cost += spent
        if (cost > most) return indexer.end()
        await turn()
      }
    }
  } catch {
    return undefined
  }
  return indexer.end()
}

async function* bodyPieces(
  body: LogBody,
  compressed: Readable,
  onBroken: (error: unknown) => void,
  { rawLog, most }: { readonly rawLog: string; readonly most: number },
): AsyncGenerator<string> {
  const pace = new RenderingPace()
  let sent = 0
  let piece = ''
  const note = (text: string): string => `<p class="log-broken">${text} <a href="${rawLog}">raw log</a></p>`
  try {
    for await (const chunk of readLogFile(compressed, MOST_BYTES)) {
      for (const slice of pace.slices(chunk)) {
        const html = body.push(slice)
        const bytes = Buffer.byteLength(html)
        pace.spent(bytes)
        piece += html
        sent += bytes
        if (sent > most) {
          yield `${piece}${note('This log is too long to be shown to its end: it is cut here. All of it is in the')}`
          return
        }
        if (piece.length >= PIECE) {
          yield piece
          piece = ''
        }
        await turn()
      }
    }
    yield piece
  } catch (error) {
    onBroken(error)
    const why = messageOf(error).replace(/[^\w .-]/g, '')
    yield `${piece}${note(`The log breaks off here, as the object store has it (${why}):`)}`
  }
}

/** Who keeps what was sent. */
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
  pieces: AsyncGenerator<string>,
  source: { destroy(): unknown },
  headers: Record<string, string>,
  accept: string | undefined,
  keeper?: Keeper,
) {
  const plain = endingWith(source, Readable.from(encode(pieces), { objectMode: false }))
  if (chooseEncoding(accept) === 'identity') return new Response(asWeb(plain), { headers })
  const gzip = createGzip({ level: 1, flush: constants.Z_SYNC_FLUSH })
  // A reader who goes away ends the pipeline, and with it the transfer from the store.
  const sentHeaders = { ...headers, 'content-encoding': 'gzip' }
  if (keeper === undefined) {
    pipeline(plain, gzip, () => undefined)
    return new Response(asWeb(gzip), { headers: sentHeaders })
  }
  const kept = collecting(keeper.most, body => keeper.sent(body, sentHeaders))
  pipeline(plain, gzip, kept, () => undefined)
  return new Response(asWeb(kept), { headers: sentHeaders })
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

async function* encode(pieces: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) if (piece !== '') yield Buffer.from(piece)
}

const asWeb = (stream: Readable): ReadableStream => Readable.toWeb(stream) as ReadableStream
