/** A line of a log as it streams by. */
export interface LogLine {
  /** From 1. */
  readonly number: number
  /** Its offset, in bytes from the start of the log. */
  readonly offset: number
  /** Its length in bytes, without the newline. */
  readonly length: number
  /** Its first bytes, all of them unless the line is longer than what is kept. Valid during the call only. */
  readonly head: Uint8Array
  /** Its last bytes (at most {@link TAIL}), for text at the end of a long line. */
  readonly tail: Uint8Array
  /** Whether it contains the program's name: no other line can contain text of autopkgtest's own. */
  readonly named: boolean
  /**
   * The piece of the log that it was cut from, and its offset there; undefined if it began in an earlier
   * piece.
   */
  readonly piece: Uint8Array | undefined
  readonly at: number
}

/** The number of bytes that are kept of the end of a cut line. */
const TAIL = 8192

const NEWLINE = 10

/**
 * The bytes of every empty line: a log may consist of nothing else, and a view for each would be much
 * garbage.
 */
const EMPTY: Uint8Array = new Uint8Array(0)

/** The program's name, and its name until 2016. */
export const PROGRAM_NAMES = ['autopkgtest', 'adt-run'] as const

/**
 * Bytes that may follow the name: a blank, or a 7-bit or 8-bit escape. In paths the name means something
 * else.
 */
const AFTER_NAME: ReadonlySet<number | undefined> = new Set([0x20, 0x1b, 0xc2, undefined])

/** Searches a chunk for the program's name, once from its beginning to its end. */
class NameFinder {
  readonly #chunk: Buffer
  readonly #next: number[]

  constructor(chunk: Uint8Array) {
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#next = PROGRAM_NAMES.map(name => this.#find(name, 0))
  }

  /**
   * Whether the name begins between two places; each call has to ask about later places than the one before.
   */
  isWithin(start: number, end: number): boolean {
    let found = false
    for (let which = 0; which < PROGRAM_NAMES.length; which++) {
      if ((this.#next[which] as number) >= end) continue
      if ((this.#next[which] as number) < start)
        this.#next[which] = this.#find(PROGRAM_NAMES[which] as string, start)
      if ((this.#next[which] as number) < end) found = true
    }
    return found
  }

  #find(name: string, from: number): number {
    for (let at = this.#chunk.indexOf(name, from); at !== -1; at = this.#chunk.indexOf(name, at + 1))
      if (AFTER_NAME.has(this.#chunk[at + name.length])) return at
    return Number.POSITIVE_INFINITY
  }
}

const isNamed = (bytes: Uint8Array): boolean => new NameFinder(bytes).isWithin(0, bytes.length)

/**
 * Cuts a stream of bytes into lines, at newlines only: carriage returns, NUL bytes and broken UTF-8 are
 * content. Holds at most `keep` bytes of a line, however long it is.
 */
export class LineSplitter {
  readonly #keep: number
  readonly #onLine: (line: LogLine) => void
  #number = 0
  #offset = 0
  /** Length of the line that began in an earlier chunk. */
  #length = 0
  #parts: Uint8Array[] = []
  #kept = 0
  #tail = EMPTY
  #named = false

  constructor(onLine: (line: LogLine) => void, keep: number) {
    this.#onLine = onLine
    this.#keep = keep
  }

  /** The number of complete lines. */
  get lines(): number {
    return this.#number
  }

  push(chunk: Uint8Array): void {
    const names = new NameFinder(chunk)
    let start = 0
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start)
      if (end === -1) break
      this.#finish(
        end === start ? EMPTY : chunk.subarray(start, end),
        names.isWithin(start, end),
        chunk,
        start,
      )
      this.#offset += 1
      start = end + 1
    }
    if (start === chunk.length) return
    this.#hold(chunk.slice(start))
    if (names.isWithin(start, chunk.length)) this.#named = true
  }

  /** Ends the last line, even without a newline. Returns how much was read in total. */
  end(): { lines: number; bytes: number } {
    if (this.#length > 0) this.#finish(EMPTY, false, undefined, 0)
    return { lines: this.#number, bytes: this.#offset }
  }

  #hold(part: Uint8Array): void {
    this.#length += part.length
    const room = this.#keep - this.#kept
    if (room > 0) {
      const kept = part.subarray(0, room)
      this.#parts.push(kept)
      this.#kept += kept.length
    }
    this.#tail = part.length >= TAIL ? part.slice(-TAIL) : concat([this.#tail, part]).slice(-TAIL)
  }

  #finish(rest: Uint8Array, isRestNamed: boolean, piece: Uint8Array | undefined, at: number): void {
    const isOfPiece = this.#length === 0
    let named = isRestNamed
    let head = rest.length > this.#keep ? rest.subarray(0, this.#keep) : rest
    let tail = rest.length > TAIL ? rest.subarray(-TAIL) : rest
    const length = this.#length + rest.length
    if (this.#length > 0) {
      this.#hold(rest)
      head = concat(this.#parts)
      tail = this.#tail
      // At the border of two chunks each may contain half a name
      named ||= this.#named || isNamed(head) || isNamed(tail)
      this.#named = false
      this.#parts = []
      this.#kept = 0
      this.#length = 0
      this.#tail = EMPTY
    }
    this.#number += 1
    this.#onLine({
      number: this.#number,
      offset: this.#offset,
      length,
      head,
      tail,
      named,
      piece: isOfPiece ? piece : undefined,
      at,
    })
    this.#offset += length
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
