import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Answer, Page, PageRequest, Redirect, Source } from './page.ts'

export type Encoding = 'br' | 'gzip' | 'identity'

/** A rendered answer with its compressed forms, each made when it is first asked for. */
export interface Kept {
  readonly answer: Answer
  /** Hash of the rendered bytes: right across restarts and websites. */
  readonly hash: string
  bytes(encoding: Encoding): Promise<Uint8Array>
}

/** Below this compression costs more than it saves. */
const SMALL = 500

const brotli = promisify(brotliCompress)
const gunzippable = promisify(gzip)

function keep(answer: Answer): Kept {
  const identity = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  const variants = new Map<Encoding, Promise<Uint8Array>>([['identity', Promise.resolve(identity)]])
  const compress = (encoding: Encoding): Promise<Uint8Array> =>
    encoding === 'br'
      ? brotli(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
      : gunzippable(identity, { level: 4 })
  return {
    answer,
    hash: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    bytes(encoding) {
      const wanted = identity.byteLength < SMALL ? 'identity' : encoding
      let bytes = variants.get(wanted)
      if (bytes === undefined) {
        bytes = compress(wanted)
        variants.set(wanted, bytes)
      }
      return bytes
    },
  }
}

interface Entry {
  readonly version: string
  readonly rendered: Promise<Kept | Redirect>
  /** 0 until rendered. */
  size: number
}

/**
 * Keeps what pages rendered to, until a source of theirs changes. Bounded by bytes, least recently used out
 * first; readers who ask at the same time share one rendering.
 */
export class KeptRenderings {
  readonly #versionOf: (source: Source) => string
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()
  #size = 0

  /** @param limit bytes of uncompressed bodies to keep */
  constructor(versionOf: (source: Source) => string, limit: number) {
    this.#versionOf = versionOf
    this.#limit = limit
  }

  get(key: string, page: Page, render: () => Promise<Answer | Redirect>): Promise<Kept | Redirect> {
    // Read before rendering: what changes meanwhile makes the kept one stale, never the other way round.
    const version = page.from.map(this.#versionOf).join(' ')
    const known = this.#entries.get(key)
    if (known?.version === version) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.rendered
    }
    if (known !== undefined) this.#drop(key, known)
    const rendered = render().then(answer => ('location' in answer ? answer : keep(answer)))
    const entry: Entry = { version, rendered, size: 0 }
    this.#entries.set(key, entry)
    rendered.then(
      kept => this.#account(key, entry, 'location' in kept ? 200 : Buffer.byteLength(kept.answer.body)),
      () => this.#drop(key, entry),
    )
    return rendered
  }

  #account(key: string, entry: Entry, size: number): void {
    if (this.#entries.get(key) !== entry) return
    entry.size = size + key.length
    this.#size += entry.size
    for (const [oldKey, old] of this.#entries) {
      if (this.#size <= this.#limit) break
      if (old.size > 0) this.#drop(oldKey, old)
    }
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#size -= entry.size
  }
}

/** The cache key of a request: its path and its parameters as given. */
export function renderingKey(request: PageRequest): string {
  return `${request.path.map(encodeURIComponent).join('/')}?${request.query}`
}
