import { escapeHtml } from '../../../ui/markup/markup.ts'

/** Room for so much is made at first: from a little more on, glibc gives each buffer back to the system at once. */
const ROOM = 120 * 1024
/** From this many bytes on, copying them together is faster than one by one. */
const MANY = 128

const ZERO = 48

/** What stands for a byte of ASCII, if it does not stand for itself. */
const ENTITY_OF: readonly (Uint8Array | undefined)[] = Array.from({ length: 128 }, (_, byte) => {
  const html = escapeHtml(String.fromCharCode(byte))
  return html.length === 1 ? undefined : Buffer.from(html)
})
const LONGEST_ENTITY = Math.max(...ENTITY_OF.map(entity => entity?.length ?? 1))

/** HTML as it is sent: what is written is UTF-8 at once, so that no string is made of it, and none is encoded. */
export class HtmlBytes {
  #bytes = Buffer.allocUnsafe(ROOM)
  #size = 0

  /** How many bytes are held. */
  get size(): number {
    return this.#size
  }

  /** All that was written since the last time; the caller's own. */
  take(): Uint8Array {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#size))
    this.#size = 0
    return taken
  }

  /** Characters below U+0080 alone. */
  ascii(text: string): void {
    const bytes = this.#roomFor(text.length)
    let at = this.#size
    for (let place = 0; place < text.length; place++) bytes[at++] = text.charCodeAt(place)
    this.#size = at
  }

  /** Any text. */
  text(text: string): void {
    // Each UTF-16 unit takes three bytes at most
    const bytes = this.#roomFor(text.length * 3)
    this.#size += bytes.write(text, this.#size, 'utf8')
  }

  /** A number from 0, in decimal digits. */
  number(value: number): void {
    const bytes = this.#roomFor(20)
    let digits = 1
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++
    let rest = value
    for (let at = this.#size + digits - 1; at >= this.#size; at--) {
      bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.#size += digits
  }

  /** Bytes of UTF-8 as they are. */
  copy(source: Uint8Array, from: number, to: number): void {
    const bytes = this.#roomFor(to - from)
    if (to - from < MANY) {
      let at = this.#size
      for (let place = from; place < to; place++) bytes[at++] = source[place] as number
    } else {
      bytes.set(source.subarray(from, to), this.#size)
    }
    this.#size += to - from
  }

  /** ASCII, with entities for what is markup: as `escapeHtml` has them. */
  copyEscaped(source: Uint8Array, from: number, to: number): void {
    const bytes = this.#roomFor((to - from) * LONGEST_ENTITY)
    let at = this.#size
    for (let place = from; place < to; place++) {
      const byte = source[place] as number
      const entity = ENTITY_OF[byte]
      if (entity === undefined) bytes[at++] = byte
      else for (let letter = 0; letter < entity.length; letter++) bytes[at++] = entity[letter] as number
    }
    this.#size = at
  }

  #roomFor(more: number): Buffer {
    const needed = this.#size + more
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = larger
    }
    return this.#bytes
  }
}
