import { upperCase } from './letters.ts'
import { rarestPlace, timesCommon, WINDOW, type WindowBytes, WordTable, windowOf } from './word-table.ts'

/** The number of bits that distinguish windows, for each of their two pairs. */
const BUCKETS = 16
const FIRST_PAIRS = (1 << BUCKETS) - 1

/**
 * Tells whether any of many words occurs: ASCII, in either case. Bytes are read two at a time. Each word has
 * one window of two pairs that begins at an even place, and one that begins at an odd place, so checking
 * every other place is enough; a table says in which windows a pair can be first, and in which second.
 */
export class WordSearch {
  /** For each pair, the buckets of windows that have it first (the lower bits), and second. */
  readonly pairs = new Uint32Array(1 << 14)
  readonly words = new WordTable<undefined>()

  /** @param words lower case, none shorter than four bytes */
  constructor(words: Iterable<string>) {
    const all = [...new Set(words)]
    // If one word contains another, searching for the shorter one is enough
    const shortest = all.filter(word => !all.some(other => other !== word && word.includes(other)))
    const windows = shortest.flatMap(word => {
      const place = rarestPlace(word, 2)
      return [place, place + 1].map(at => {
        this.words.add(word, undefined, at)
        return new PairOfPairs(windowOf(word, at))
      })
    })
    const buckets = Array.from({ length: BUCKETS }, () => new Bucket())
    for (const window of windows.toSorted((one, other) => other.share - one.share)) {
      const costs = buckets.map(bucket => bucket.costOf(window))
      const bucket = costs.indexOf(Math.min(...costs))
      buckets[bucket]?.add(window)
      this.#mark(window.bytes[0], window.bytes[1], 1 << bucket)
      this.#mark(window.bytes[2], window.bytes[3], 1 << (bucket + BUCKETS))
    }
  }

  #mark(first: number | undefined, second: number | undefined, bit: number): void {
    for (const a of casesOf(first)) {
      for (const b of casesOf(second)) {
        const pair = foldPair(pairOf(a, b))
        this.pairs[pair] = (this.pairs[pair] as number) | bit
      }
    }
  }
}

/** Searches a piece of a log for words, once from its beginning to its end, as far as it is asked. */
export class PieceSearch {
  readonly piece: Uint8Array
  readonly #search: WordSearch
  readonly #pairs: Uint16Array
  /** Where the pairs begin in the piece: they have to be at even addresses. */
  readonly #odd: number
  /** The place of the next known word: the first one after the last place that was asked about. */
  #next = -1

  constructor(search: WordSearch, piece: Uint8Array) {
    this.#search = search
    this.piece = piece
    this.#odd = piece.byteOffset % 2
    const pairs = Math.max(0, (piece.length - this.#odd) >> 1)
    this.#pairs = new Uint16Array(
      piece.buffer,
      piece.byteOffset + (pairs > 0 ? this.#odd : -this.#odd),
      pairs,
    )
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
    const { piece } = this
    const { pairs: table, words } = this.#search
    const pairs = this.#pairs
    const odd = this.#odd
    let before = 0
    for (let at = Math.max(0, (start - odd) >> 1); at < pairs.length; at++) {
      const pair = pairs[at] as number
      const now = table[(pair & 0x7f) | ((pair >> 1) & 0x3f80)] as number
      if ((before & (now >>> BUCKETS)) !== 0) {
        const begin = words.find(piece, 2 * at - 2 + odd, start, piece.length)
        if (begin !== -1) return begin
      }
      before = now & FIRST_PAIRS
    }
    // After a word of four letters there may be no further pair
    for (let at = Math.max(start, piece.length - WINDOW - 1); at + WINDOW <= piece.length; at++) {
      const begin = words.find(piece, at, start, piece.length)
      if (begin !== -1) return begin
    }
    return piece.length
  }
}

/** A window as the search reads it, with the frequency of its halves. */
class PairOfPairs {
  readonly bytes: WindowBytes
  readonly first: string
  readonly second: string
  readonly firstShare: number
  readonly secondShare: number

  constructor(bytes: WindowBytes) {
    this.bytes = bytes
    this.first = String.fromCharCode(bytes[0] as number, bytes[1] as number)
    this.second = String.fromCharCode(...bytes.slice(2).filter(byte => byte !== undefined))
    this.firstShare = shareOf(this.first)
    this.secondShare = shareOf(this.second)
  }

  get share(): number {
    return this.firstShare * this.secondShare
  }
}

/** The frequency of a text; never zero, as any text is possible. */
const shareOf = (text: string): number => timesCommon(text) + 0.1

/**
 * Windows that share a bit: any first pair matches with any second pair, so windows with a pair in common are
 * put together.
 */
class Bucket {
  readonly #first = new Set<string>()
  readonly #second = new Set<string>()
  #firstShare = 0
  #secondShare = 0

  /** The increase in false matches with this window added. */
  costOf({ first, second, firstShare, secondShare }: PairOfPairs): number {
    const firsts = this.#firstShare + (this.#first.has(first) ? 0 : firstShare)
    const seconds = this.#secondShare + (this.#second.has(second) ? 0 : secondShare)
    return firsts * seconds - this.#firstShare * this.#secondShare
  }

  add({ first, second, firstShare, secondShare }: PairOfPairs): void {
    if (!this.#first.has(first)) this.#firstShare += firstShare
    if (!this.#second.has(second)) this.#secondShare += secondShare
    this.#first.add(first)
    this.#second.add(second)
  }
}

const bytesOfPair = new Uint8Array(2)
const pairOfBytes = new Uint16Array(bytesOfPair.buffer)

/** Two bytes as this machine reads them together. */
function pairOf(first: number, second: number): number {
  bytesOfPair[0] = first
  bytesOfPair[1] = second
  return pairOfBytes[0] as number
}

/** A pair folded into fourteen bits. */
const foldPair = (pair: number): number => (pair & 0x7f) | ((pair >> 1) & 0x3f80)

const ANY_BYTE = Array.from({ length: 128 }, (_, byte) => byte)

/** A byte of a word in lower and upper case; any byte after the end of the word. */
const casesOf = (byte: number | undefined): readonly number[] =>
  byte === undefined ? ANY_BYTE : [byte, upperCase(byte)]
