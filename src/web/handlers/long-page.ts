import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { turn } from '../../domain/time/turns.ts'
import { webBody } from '../http/web-body.ts'
import { showControls } from '../ui/markup/control-characters.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import { escapedAlready, type Markup } from '../ui/markup/markup.ts'
import type { Answer } from './page.ts'
import { htmlHeaders } from './stream.ts'

/** Rows that are made at once: about a millisecond's work. */
const AT_ONCE = 250
const PLACE = /<!--rows (\d+)-->/

/**
 * A page with very many rows, which are made in pieces, with a {@link turn} before each: the view is given their
 * places, as names and texts cannot write a comment.
 */
export class LongPage {
  readonly #rows: (() => Generator<string>)[] = []

  /** The place of these rows in the view. */
  readonly place = <Row>(rows: Iterable<Row>, one: (row: Row) => Markup): Markup => {
    this.#rows.push(() => inPieces(rows, one))
    return escapedAlready(`<!--rows ${this.#rows.length - 1}-->`)
  }

  /** The page as it is made, for one reader: like every page that is read from the store, it is not cached. */
  response(view: { toString(): string }): Response {
    const stream = webBody(Readable.from(this.#pieces(htmlDocument(view))))
    return new Response(stream, { headers: htmlHeaders() })
  }

  /** The whole page, to be kept. */
  answer(view: { toString(): string }): Promise<Answer> {
    return gather('text/html; charset=utf-8', this.#pieces(htmlDocument(view)))
  }

  async *#pieces(document: string): AsyncGenerator<Uint8Array> {
    // Texts between places, and their numbers
    for (const [index, part] of document.split(PLACE).entries()) {
      if (index % 2 === 0) yield Buffer.from(part)
      else
        for (const piece of this.#rows[Number(part)]?.() ?? []) {
          await turn()
          yield Buffer.from(showControls(piece))
        }
    }
  }
}

function* inPieces<Row>(rows: Iterable<Row>, one: (row: Row) => Markup): Generator<string> {
  let html = ''
  let count = 0
  for (const row of rows) {
    html += one(row)
    if (++count % AT_ONCE > 0) continue
    yield html
    html = ''
  }
  yield html
}

/** A JSON array of very many items, in the bytes of `JSON.stringify` and a newline. */
export function longJson<Row>(rows: readonly Row[], one: (row: Row) => unknown): Promise<Answer> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('[')
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      await turn()
      const items = rows.slice(at, at + AT_ONCE).map(row => JSON.stringify(one(row)))
      yield Buffer.from((at === 0 ? '' : ',') + items.join(','))
    }
    yield Buffer.from(']\n')
  }
  return gather('application/json', pieces())
}

async function gather(contentType: string, pieces: AsyncIterable<Uint8Array>): Promise<Answer> {
  const all: Uint8Array[] = []
  const digest = createHash('sha256')
  for await (const piece of pieces) {
    digest.update(piece)
    all.push(piece)
  }
  await turn()
  return { status: 200, contentType, body: Buffer.concat(all), digest: digest.digest(), cache: 'revalidate' }
}
