/** After this time it is checked again whether the store still has the same log. */
const BELIEVED_MS = 60_000
/** One log may take so much of the whole. */
const SHARE = 8

/** A rendered log, compressed. */
export interface KeptLog {
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

interface Entry extends KeptLog {
  /** Of what the page is made from but the log. */
  version: string
  until: number
}

/** Keeps what logs rendered to, compressed, those read last: a log never changes, and its page seldom. */
export class KeptLogs {
  readonly #entries = new Map<string, Entry>()
  readonly #limit: number
  #bytes = 0

  /** @param limit bytes of compressed pages */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes that one log may have. */
  get largest(): number {
    return this.#limit / SHARE
  }

  /** The page, if nothing that it is made from can have changed. */
  find(key: string, version: string, now = performance.now()): KeptLog | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.version !== version || entry.until < now) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  /** The page, if it is still the one of this ETag: it is believed again for a while. */
  confirm(key: string, etag: string, version: string): KeptLog | undefined {
    const entry = this.#entries.get(key)
    if (entry?.etag !== etag) return undefined
    entry.version = version
    entry.until = performance.now() + BELIEVED_MS
    return entry
  }

  /** Keeps a page that was sent to its end. */
  keep(key: string, log: KeptLog, version: string): void {
    this.#drop(key)
    if (log.body.byteLength > this.largest) return
    this.#entries.set(key, { ...log, version, until: performance.now() + BELIEVED_MS })
    this.#bytes += log.body.byteLength
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.body.byteLength
  }
}
