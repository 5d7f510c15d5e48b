import { COMMON_TEXT } from './common-text.ts'
import { standsAt } from './letters.ts'

/** The number of bytes that are examined first; no word is shorter. */
export const WINDOW = 4
/** The number of different values of a window's last byte, when folded. */
const FOLDED = 32

interface Word<T> {
  readonly bytes: Uint8Array
  readonly value: T
  /** The offset in the word of the window by which it is found. */
  readonly at: number
}

/** The bytes of a window; undefined after the end of its word, where any byte matches. */
type WindowBytes = readonly (number | undefined)[]

/** Words of ASCII by four of their bytes, found in either case. */
export class WordTable<T> {
  /** One bit for each value of a window's four bytes: whether some word has them. */
  readonly #windows = new Uint32Array(1 << 15)
  /** The words, by the same four bytes. */
  readonly #words = new Map<number, Word<T>[]>()

  /** @param at the offset of the window in the word */
  add(text: string, value: T, at: number): void {
    const bytes = bytesOf(text)
    const [a, b, c, d] = windowOf(text, at)
    for (let last = d ?? 0; last < (d === undefined ? FOLDED : d + 1); last++) {
      const key = keyOf(a as number, b as number, c as number, last)
      this.#windows[key >> 5] = (this.#windows[key >> 5] as number) | (1 << (key & 31))
      this.#words.set(key, [...(this.#words.get(key) ?? []), { bytes, value, at }])
    }
  }

  /** Passes the values of the words whose window is at `at` to `found`. */
  each(bytes: Uint8Array, at: number, from: number, to: number, found: (value: T) => void): void {
    const key = keyOf(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    )
    if (((this.#windows[key >> 5] as number) & (1 << (key & 31))) === 0) return
    for (const word of this.#words.get(key) as Word<T>[])
      if (at - word.at >= from && standsAt(word.bytes, bytes, at - word.at, to)) found(word.value)
  }
}

const encoder = new TextEncoder()
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** The bytes of a word's window at an offset. */
function windowOf(text: string, at: number): WindowBytes {
  const bytes = bytesOf(text)
  return Array.from({ length: WINDOW }, (_, place) => bytes[at + place])
}

/** Four bytes folded into twenty bits; upper and lower case are equal. */
const keyOf = (a: number, b: number, c: number, d: number): number =>
  ((a & 31) << 15) | ((b & 31) << 10) | ((c & 31) << 5) | (d & 31)

/** The offset in a word of `windows` windows, one byte after the other, that are rarest in logs. */
export function rarestPlace(word: string, windows: number): number {
  const places = Array.from({ length: Math.max(1, word.length - WINDOW - windows + 2) }, (_, at) => at)
  const commonness = (at: number): number =>
    Array.from({ length: windows }, (_, more) =>
      timesCommon(word.slice(at + more, at + more + WINDOW)),
    ).reduce((sum, times) => sum + times, 0)
  return places.reduce((best, at) => (commonness(at) < commonness(best) ? at : best), 0)
}

const TIMES = timesOfParts(COMMON_TEXT, WINDOW)

/** How often a text of at most four letters occurs in logs, as far as a sample of them shows. */
export const timesCommon = (part: string): number => TIMES.get(part) ?? 0

function timesOfParts(text: string, longest: number): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (let length = 1; length <= longest; length++) {
    for (let at = 0; at + length <= text.length; at++) {
      const part = text.slice(at, at + length)
      times.set(part, (times.get(part) ?? 0) + 1)
    }
  }
  return times
}
