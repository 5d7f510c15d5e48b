import { standsAt } from './letters.ts'
import { bytesOf, timesCommon, WINDOW } from './word-table.ts'

/** The number of bits in the table of windows, as a power of two. */
const TABLE = 20
/** Of four letters at once, the bit that makes them lower case. */
const LOWER_CASE = 0x20202020
/** Windows are looked up at every other place. */
const STEP = 2

interface Word {
  readonly bytes: Uint8Array
  /** Where its window begins in it; -1 if that is one byte before it. */
  readonly at: number
}

/**
 * Tells whether any of many words occurs: ASCII, in either case. This is the one thing that is done with each byte of a
 * log to find failures, so it has to cost next to nothing: four bytes are looked up at once in a table of bits, at every
 * other place. As a word may begin at an even or an odd place, it has two windows there: of each kind, the one that is
 * rarest in logs. In a word of four letters there is only one; the other one begins before it or ends after it, with
 * any byte.
 */
export class WordSearch {
  /** A bit for the hash of each window. */
  readonly windows = new Uint32Array(1 << (TABLE - 5))
  /** The words by the hash of their windows. */
  readonly words = new Map<number, Word[]>()

  /** @param words lower case, none shorter than a window */
  constructor(words: Iterable<string>) {
    const all = [...new Set(words)]
    // If one word contains another, searching for the shorter one is enough
    for (const word of all.filter(one => !all.some(other => other !== one && one.includes(other))))
      for (let place = 0; place < STEP; place++) this.#add(word, rarestPlace(word, place))
  }

  #add(text: string, at: number): void {
    const word = { bytes: bytesOf(text), at }
    for (const window of windowsOf(word)) {
      const hash = hashOf(window)
      this.windows[hash >> 5] = (this.windows[hash >> 5] as number) | (1 << (hash & 31))
      this.words.set(hash, [...(this.words.get(hash) ?? []), word])
    }
  }
}

/** Searches a piece of a log for words, once from its beginning to its end, as far as it is asked. */
export class PieceSearch {
  readonly piece: Uint8Array
  readonly #search: WordSearch
  /** The bytes of the piece, four at a time. */
  readonly #read: Uint32Array
  /** The number of bytes before the first that is read: its address has to be a multiple of four. */
  readonly #lead: number
  /** The place of the next known word: the first one after the last place that was asked about. */
  #next = -1

  constructor(search: WordSearch, piece: Uint8Array) {
    this.#search = search
    this.piece = piece
    this.#lead = Math.min(piece.length, -piece.byteOffset & (WINDOW - 1))
    const begin = this.#lead === piece.length ? 0 : piece.byteOffset + this.#lead
    this.#read = new Uint32Array(piece.buffer, begin, (piece.length - this.#lead) >> 2)
  }

  /**
   * Whether a word begins between two places; each call has to ask about later places than the one before.
   */
  isWithin(start: number, end: number): boolean {
    if (this.#next < start) this.#next = this.#find(start)
    return this.#next < end
  }

  /** The place of the first word from `start` on; the length of the piece if there is none. */
  #find(start: number): number {
    const { windows } = this.#search
    const read = this.#read
    const lead = this.#lead
    const early = this.#findPlaceByPlace(start - 1, lead, start)
    if (early !== undefined) return early
    let at = nextPlace(windows, read, Math.max(0, (start - lead) >> 2))
    for (; at < read.length; at = nextPlace(windows, read, at + 1)) {
      const place = lead + at * WINDOW
      const across = hashOf(windowAcross(windowBefore(read, at), windowAt(read, at)))
      const found =
        this.#wordAt(across, place - STEP, start) ?? this.#wordAt(hashOf(windowAt(read, at)), place, start)
      if (found !== undefined) return found
    }
    const end = Math.max(start - 1, lead + read.length * WINDOW - STEP)
    return this.#findPlaceByPlace(end, this.piece.length, start) ?? this.piece.length
  }

  /** Searches the few bytes before and after those that are read four at a time. */
  #findPlaceByPlace(from: number, to: number, start: number): number | undefined {
    for (let place = from; place < to; place++) {
      const bytes = Array.from({ length: WINDOW }, (_, at) => this.piece[place + at] ?? 0)
      const found = this.#wordAt(hashOf(windowOf(bytes)), place, start)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The place of a word that has the window at this place. */
  #wordAt(hash: number, window: number, start: number): number | undefined {
    for (const { bytes, at } of this.#search.words.get(hash) ?? [])
      if (window - at >= start && standsAt(bytes, this.piece, window - at, this.piece.length))
        return window - at
    return undefined
  }
}

/**
 * The next four bytes, from these on, where a word's window may begin, or two bytes before. This is all that happens to
 * nearly all bytes; a function of its own is compiled early, and well.
 */
function nextPlace(windows: Uint32Array, read: Uint32Array, from: number): number {
  let before = windowBefore(read, from)
  let at = from
  for (; at < read.length; at++) {
    const now = windowAt(read, at)
    const here = hashOf(now)
    const between = hashOf(windowAcross(before, now))
    before = now
    const isHere = (windows[here >> 5] as number) >>> (here & 31)
    const isBetween = (windows[between >> 5] as number) >>> (between & 31)
    if (((isHere | isBetween) & 1) !== 0) break
  }
  return at
}

/** Four bytes in lower case, as this machine reads them at once. */
const windowAt = (read: Uint32Array, at: number): number => (read[at] as number) | LOWER_CASE

/** Before the first four bytes, blanks. */
const windowBefore = (read: Uint32Array, at: number): number =>
  at === 0 ? LOWER_CASE : windowAt(read, at - 1)

/** The window of the last two bytes of one and the first two of the next. */
const windowAcross = (before: number, now: number): number =>
  IS_LITTLE_ENDIAN ? (before >>> 16) | (now << 16) : (before << 16) | (now >>> 16)

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
const fourBytes = new Uint8Array(WINDOW)
const asRead = new Uint32Array(fourBytes.buffer)

/** Four bytes in lower case, as this machine reads them at once. */
function windowOf(bytes: readonly number[]): number {
  fourBytes.set(bytes)
  return (asRead[0] as number) | LOWER_CASE
}

/** Multiplied by 2³² divided by the golden ratio: then the upper bits depend on all bits of the window. */
const hashOf = (window: number): number => Math.imul(window, 0x9e3779b1) >>> (32 - TABLE)

/** All bytes that differ in lower case. */
const ANY_BYTE = Array.from({ length: 256 }, (_, byte) => byte).filter(byte => (byte & 0x20) !== 0)

/** The windows by which a word is found: one, or all that have any byte before or after it. */
function windowsOf({ bytes, at }: Word): number[] {
  const window = Array.from({ length: WINDOW }, (_, place) => bytes[at + place])
  const open = window.indexOf(undefined)
  if (open === -1) return [windowOf(window as number[])]
  return ANY_BYTE.map(byte => windowOf(window.with(open, byte) as number[]))
}

/** The offset in a word of its rarest window, of those at even places (0) or at odd ones (1). */
function rarestPlace(word: string, place: number): number {
  let rarest = -place
  for (let at = rarest; at <= word.length - WINDOW + place; at += STEP)
    if (shareOf(word, at) < shareOf(word, rarest)) rarest = at
  return rarest
}

/** How common the part of a word in a window is in logs, as far as a sample of them shows. */
function shareOf(word: string, at: number): number {
  const part = word.slice(Math.max(0, at), at + WINDOW)
  // What the sample lacks is estimated from its beginning and its end
  const [begin, middle, end] = [part.slice(0, -1), part.slice(1, -1), part.slice(1)].map(
    one => timesCommon(one) + 0.1,
  ) as [number, number, number]
  const share = Math.max(timesCommon(part), (begin * end) / middle)
  return part.length < WINDOW ? share + 1 : share
}
