import type { StoredObject } from '../../../../backends/store/store.ts'
import { messageOf } from '../../../../domain/errors.ts'
import type { Failure } from '../../../../domain/log/failure/failure.ts'
import type { LogIndex } from '../../../../domain/log/log-index.ts'
import { LogIndexer } from '../../../../domain/log/log-sections.ts'
import { turn } from '../../../../domain/time/turns.ts'
import { holdLog, type LogText, textOf } from './held-log.ts'
import { LogBody } from './log-body.ts'
import { contents } from './log-section.view.ts'
import { RenderingPace } from './pace.ts'
import { type Keeper, type Pieces, sendPieces, sendTogether } from './send-pieces.ts'

/** A compressed log up to this size is held while its index is made, so that the contents can stand first. */
const HELD = 2 * 1024 * 1024
/** So much of a page is the log: with what stands around it, and the piece that goes beyond, it stays below 64 MB. */
const SENT = 56 * 1024 * 1024
/** What the number and the anchor of a line take of that, at least. */
const LINE_BYTES = 40
/** Sent on in pieces of about this size: fewer would wait for longer, more would each cost a turn of a thread. */
const PIECE = 96 * 1024
/** A compressed log up to this size is short in all likelihood. */
const SHORT = 64 * 1024

/** Whether the page of a log can be made as a whole before it is sent, as far as its compressed size tells. */
const isShort = ({ bytes }: Pick<StoredObject, 'bytes'>): boolean => bytes <= SHORT

/** What was derived from a log before it is shown. */
export interface KnownLog {
  readonly index: LogIndex | undefined
  /** Why its tests failed, the run's own first. */
  readonly failures: readonly Pick<Failure, 'test' | 'lines'>[]
}

/**
 * The HTML in pieces of UTF-8, the head before anything of the log is read.
 * @param most bytes of HTML after which the log is cut, with the way to the rest
 */
export async function* streamLog(
  page: { before: string; after: string },
  object: StoredObject,
  known: KnownLog | undefined,
  rawLog: string,
  onBroken: (error: unknown) => void,
  most = SENT,
): AsyncGenerator<Uint8Array> {
  const failures = known?.failures ?? []
  yield Buffer.from(page.before)
  try {
    const isHeld = isShort(object) || (known?.index === undefined && object.bytes <= HELD)
    const text = isHeld ? await holdLog(object) : undefined
    const index = known?.index ?? (text && (await indexLog(text(), most)))
    const lines = failures.flatMap(failure => failure.lines.map(({ number }) => number))
    const around = index === undefined ? '' : contents(index, failures).toString()
    const body = new LogBody({ before: around, known: index, failures: lines, rawLog })
    yield* bodyPieces(body, text?.() ?? textOf(object.body), onBroken, { rawLog, most })
    const found = body.end()
    if (index === undefined) body.add(contents(found, failures).toString())
    body.add(page.after)
    yield body.take()
  } finally {
    object.body.destroy()
  }
}

/**
 * The index of as much as a page can show. Undefined if it is not gzip, or truncated: then the page shows what can be
 * read, and says so.
 */
async function indexLog(text: LogText, most: number): Promise<LogIndex | undefined> {
  const indexer = new LogIndexer()
  const pace = new RenderingPace()
  let cost = 0
  try {
    for await (const chunk of text) {
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
  text: LogText,
  onBroken: (error: unknown) => void,
  { rawLog, most }: { readonly rawLog: string; readonly most: number },
): AsyncGenerator<Uint8Array> {
  const pace = new RenderingPace()
  let sent = 0
  const note = (said: string): string => `<p class="log-broken">${said} <a href="${rawLog}">raw log</a></p>`
  try {
    for await (const chunk of text) {
      for (const slice of pace.slices(chunk)) {
        const bytes = body.push(slice)
        pace.spent(bytes)
        sent += bytes
        if (sent > most) {
          body.add(note('This log is too long to be shown completely: it is cut here. The rest is in the'))
          return
        }
        if (body.size >= PIECE) yield body.take()
        await turn()
      }
    }
  } catch (error) {
    onBroken(error)
    const why = messageOf(error).replace(/[^\w .-]/g, '')
    body.add(note(`The log in the object store is incomplete (${why}):`))
  }
}

/** Sends what {@link streamLog} makes of an object. */
export function answerWithLog(
  pieces: Pieces,
  object: StoredObject,
  headers: Record<string, string>,
  accept: string | undefined,
  keeper?: Keeper,
): Response | Promise<Response> {
  const send = isShort(object) ? sendTogether : sendPieces
  return send(pieces, object.body, headers, accept, keeper)
}
