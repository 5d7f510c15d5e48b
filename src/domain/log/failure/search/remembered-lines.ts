import type { LogLine } from '../../log-lines.ts'

/**
 * Lines as positions in the pieces that they were cut from: many of them are remembered, and few are examined
 * again. Valid as long as the bytes of the pieces are not changed.
 */
export class RememberedLines {
  readonly #pieces: (Uint8Array | undefined)[]
  readonly #begins: Int32Array
  readonly #lengths: Int32Array
  readonly #numbers: Float64Array

  /** @param most the number of places, from 0 */
  constructor(most: number) {
    this.#pieces = new Array<Uint8Array | undefined>(most).fill(undefined)
    this.#begins = new Int32Array(most)
    this.#lengths = new Int32Array(most)
    this.#numbers = new Float64Array(most)
  }

  set(place: number, { piece, at, head, number }: ReadLine): void {
    this.#pieces[place] = piece ?? head
    this.#begins[place] = piece === undefined ? -1 : at
    this.#lengths[place] = head.length
    this.#numbers[place] = number
  }

  /** Releases the pieces of the first `places` places. */
  forget(places: number): void {
    this.#pieces.fill(undefined, 0, places)
  }

  /** The line, as far as it is kept: without the part that was cut off, and without its offset in the log. */
  get(place: number): ReadLine {
    const piece = this.#pieces[place] as Uint8Array
    const at = this.#begins[place] as number
    const number = this.#numbers[place] as number
    if (at < 0) return { number, head: piece, piece: undefined, at: 0 }
    return { number, head: piece.subarray(at, at + (this.#lengths[place] as number)), piece, at }
  }
}

/** The parts of a line that are read. */
export type ReadLine = Pick<LogLine, 'number' | 'head' | 'piece' | 'at'>
