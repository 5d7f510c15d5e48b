import { COMMON_TEXT } from './common-text.ts'
import { standsAt } from './letters.ts'

/** So many bytes are looked at first; no word is shorter. */
export const WINDOW = 4
/** Bytes that a window's last one is told apart by. */
const FOLDED = 32

interface Word<T> {
  readonly bytes: Uint8Array
  readonly value: T
  /** Where in the word the window is by which it is found. */
  readonly at: number
}

/** The bytes of a window; undefined behind the end of its word, where any may stand. */
export type WindowBytes = readonly (number | undefined)[]

/** Words of ASCII by four of their bytes, found in either case. */
export class WordTable<T> {
  /** By the four bytes of a window, a bit: whether some word has them. */
  readonly #windows = new Uint32Array(1 << 15)
  /** By the same four bytes: the words. */
  readonly #words = new Map<number, Word<T>[]>()

  /** @param at where in the word the window begins */
  add(text: string, value: T, at: number): void {
    const bytes = bytesOf(text)
    const [a, b, c, d] = windowOf(text, at)
    for (let last = d ?? 0; last < (d === undefined ? FOLDED : d + 1); last++) {
      const key = keyOf(a as number, b as number, c as number, last)
      this.#windows[key >> 5] = (this.#windows[key >> 5] as number) | (1 << (key & 31))
      this.#words.set(key, [...(this.#words.get(key) ?? []), { bytes, value, at }])
    }
  }

  /** The values of words whose window stands just there. */
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

  /** Where the first word begins whose window stands just there; -1 if none does. */
  find(bytes: Uint8Array, at: number, from: number, to: number): number {
    const key = keyOf(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    )
    if (((this.#windows[key >> 5] as number) & (1 << (key & 31))) === 0) return -1
    for (const word of this.#words.get(key) as Word<T>[])
      if (at - word.at >= from && standsAt(word.bytes, bytes, at - word.at, to)) return at - word.at
    return -1
  }
}

const encoder = new TextEncoder()
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** The bytes of a word from some place on. */
export function windowOf(text: string, at: number): WindowBytes {
  const bytes = bytesOf(text)
  return Array.from({ length: WINDOW }, (_, place) => bytes[at + place])
}

/** Four bytes in twenty bits; upper and lower case are alike. */
const keyOf = (a: number, b: number, c: number, d: number): number =>
  ((a & 31) << 15) | ((b & 31) << 10) | ((c & 31) << 5) | (d & 31)

/** Where in a word so many windows stand, one byte after the other, that logs have seldom. */
export function rarestPlace(word: string, windows: number): number {
  const places = Array.from({ length: Math.max(1, word.length - WINDOW - windows + 2) }, (_, at) => at)
  const commonness = (at: number): number =>
    Array.from({ length: windows }, (_, more) =>
      timesCommon(word.slice(at + more, at + more + WINDOW)),
    ).reduce((sum, times) => sum + times, 0)
  return places.reduce((best, at) => (commonness(at) < commonness(best) ? at : best), 0)
}

const TIMES = timesOfParts(COMMON_TEXT, WINDOW)

/** How often a text of four letters at most stands in logs, as far as a sample of them tells. */
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
