import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import { turn } from '../../domain/time/turns.ts'
import type { Encoding } from '../http/encoding.ts'
import { cached, keptHeaders, keptResponse } from '../http/headers.ts'
import type { Target } from '../http/request-target.ts'
import type { Answer, Redirect, Source } from './page.ts'

/** An answer in one encoding, ready to be sent any number of times. */
export interface Variant {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Below this compression costs more than it saves. */
const SMALL = 500
/** Up to this size compressing takes less of this thread than having another one do it: 0.05 and 0.3 ms. */
const SHORT = 16_384

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** A rendered answer with its compressed forms, each made when it is first asked for. */
export class KeptPage {
  /** Made from the rendered bytes: right across restarts and websites. Weak, as all encodings share it. */
  readonly etag: string
  readonly size: number
  readonly #headers: Record<string, string>
  readonly #unchanged: Record<string, string>
  readonly #variants = new Map<Encoding, Variant | Promise<Variant>>()
  readonly #identity: Variant

  readonly #compress: Compress

  /** @param compressBy how long answers are compressed, off this thread */
  constructor(answer: Answer, compressBy: Compress = compress) {
    this.#compress = compressBy
    const body = bytesOf(answer)
    const digest = answer.digest ?? createHash('sha256').update(body).digest()
    this.etag = `W/"${digest.toString('base64url').slice(0, 22)}"`
    this.size = body.byteLength
    const always = { ...cached(answer.cache), vary: 'Accept-Encoding' }
    this.#headers = keptHeaders({
      'content-type': answer.contentType,
      ...always,
      ...answer.headers,
      ...(answer.status === 200 && { etag: this.etag }),
    })
    this.#unchanged = { etag: this.etag, ...always }
    this.#identity = this.#variant(answer.status, body)
  }

  /** Ready at once unless this encoding is requested for the first time. */
  variant(encoding: Encoding): Variant | Promise<Variant> {
    if (encoding === 'identity' || this.size < SMALL) return this.#identity
    const made = this.#variants.get(encoding)
    if (made !== undefined) return made
    const { body } = this.#identity
    const variant =
      this.size <= SHORT
        ? this.#compressed(encoding, compressNow(body, encoding))
        : this.#compress(body, encoding).then(bytes => {
            const done = this.#compressed(encoding, bytes)
            this.#variants.set(encoding, done)
            return done
          })
    this.#variants.set(encoding, variant)
    // Rejects for those who are waiting; the next request tries again
    if (variant instanceof Promise) variant.catch(() => this.#variants.delete(encoding))
    return variant
  }

  /** True if a reader's copy, named by `If-None-Match` (RFC 9110, 13.1.2), is this one. */
  matches(header: string | undefined): boolean {
    if (header === undefined || this.#identity.status !== 200) return false
    return header.includes(this.etag.slice(2)) || header.trim() === '*'
  }

  /** True if the reader's copy is current, by `If-Modified-Since`; an answer without a date is always newer. */
  isUnchangedSince(header: string | undefined): boolean {
    const since = Date.parse(header ?? '')
    const modified = Date.parse(this.#headers['last-modified'] ?? '')
    // A date in the future is invalid (RFC 9110, 13.1.3)
    return modified <= since && since <= Date.now()
  }

  /** The answer to a reader who already has it. */
  notModified(): Response {
    return keptResponse(null, { status: 304, headers: this.#unchanged })
  }

  #compressed(encoding: Encoding, bytes: Buffer): Variant {
    // A copy: what zlib gives is a part of its own buffer of 16 KB, which would be kept with it
    return this.#variant(this.#identity.status, new Uint8Array(bytes), { 'content-encoding': encoding })
  }

  #variant(status: number, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Variant {
    return {
      status,
      headers: { ...this.#headers, ...headers, 'content-length': String(body.byteLength) },
      body,
    }
  }
}

function bytesOf({ body, digest }: Answer): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return Buffer.from(body)
  return digest === undefined ? Buffer.from(body) : (body as Uint8Array<ArrayBuffer>)
}

/** Brotli's usual window, as a power of two: four megabytes. */
const LARGEST_WINDOW = 22
/** With a window that is no larger than what is compressed: the same bytes, without setting up the rest of four megabytes. */
const brotliOf = (bytes: number, quality: number) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: Math.min(LARGEST_WINDOW, Math.ceil(Math.log2(bytes))),
  },
})
/** A tenth more bytes in half the time: with the usual window, setting up takes longer than such a page does. */
const BROTLI_SHORT = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: Math.log2(SHORT) },
}
const GZIP = { level: 4 }
/**
 * Longer answers are the lists of all waiting and running tests, which change every few seconds: a third more bytes
 * in a quarter of the time.
 */
const LONG = 1024 * 1024
const GZIP_LONG = { level: 1 }

type Compress = (body: Uint8Array, encoding: 'br' | 'gzip') => Promise<Buffer>

function compress(body: Uint8Array, encoding: 'br' | 'gzip'): Promise<Buffer> {
  const isLong = body.byteLength > LONG
  return encoding === 'br'
    ? brotli(body, brotliOf(body.byteLength, isLong ? 1 : 4))
    : gzipped(body, isLong ? GZIP_LONG : GZIP)
}

function compressNow(body: Uint8Array, encoding: 'br' | 'gzip'): Buffer {
  return encoding === 'br' ? brotliCompressSync(body, BROTLI_SHORT) : gzipSync(body, GZIP)
}

interface CacheEntry {
  readonly version: string
  rendered: KeptPage | Redirect | Promise<KeptPage | Redirect>
  /** 0 until rendered. */
  size: number
}

/**
 * Keeps what pages rendered to, until a source of theirs changes. Bounded by bytes, least recently used out
 * first; readers who ask at the same time share one rendering.
 */
export class PageCache {
  readonly #versionOf: (sources: readonly Source[]) => string
  readonly #limit: number
  readonly #entries = new Map<string, CacheEntry>()
  #size = 0

  /** @param limit bytes of uncompressed bodies to keep */
  constructor(versionOf: (sources: readonly Source[]) => string, limit: number) {
    this.#versionOf = versionOf
    this.#limit = limit
  }

  /** The kept rendering at once if it is still true, else a promise of a new one. */
  get(
    key: string,
    from: readonly Source[],
    render: () => Promise<Answer | Redirect> | Answer | Redirect,
  ): KeptPage | Redirect | Promise<KeptPage | Redirect> {
    // Read before rendering: what changes meanwhile makes the kept one stale, never the other way round.
    const version = this.#versionOf(from)
    const known = this.#entries.get(key)
    if (known?.version === version) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.rendered
    }
    if (known !== undefined) this.#drop(key, known)
    const rendering = (async () => {
      await turn()
      const answer = await render()
      return 'location' in answer ? answer : new KeptPage(answer)
    })()
    const entry: CacheEntry = { version, rendered: rendering, size: 0 }
    this.#entries.set(key, entry)
    rendering.then(
      rendered => this.#account(key, entry, rendered),
      () => this.#drop(key, entry),
    )
    return rendering
  }

  #account(key: string, entry: CacheEntry, rendered: KeptPage | Redirect): void {
    entry.rendered = rendered
    if (this.#entries.get(key) !== entry) return
    // The compressed forms are about a fifth each; the rest is what an entry costs without its body.
    entry.size = key.length + 2000 + (rendered instanceof KeptPage ? Math.ceil(rendered.size * 1.4) : 0)
    this.#size += entry.size
    for (const [oldKey, old] of this.#entries) {
      if (this.#size <= this.#limit) break
      if (old.size > 0) this.#drop(oldKey, old)
    }
  }

  #drop(key: string, entry: CacheEntry): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#size -= entry.size
  }
}

/** The cache key of a request: its path and the parameters that its route names. */
export function pageCacheKey(request: Target): string {
  return `${request.path.map(encodeURIComponent).join('/')}?${request.query}`
}
