const FIRST_ROOM = 1024
/** The share of the space that is used before it is enlarged. */
const FULL = 0.6
/**
 * The number of places that are tried for one number: ten times what happens by chance, even if numbers are
 * chosen to collide.
 */
const LOOKED_AT = 1024

/** A limited set of non-negative integers, of eight bytes each, or four times that at most. */
export class NumberSet {
  readonly #most: number
  #room = new Float64Array(FIRST_ROOM).fill(-1)
  #size = 0

  constructor(most: number) {
    this.#most = most
  }

  has(number: number): boolean {
    const place = this.#placeOf(number)
    return place !== undefined && this.#room[place] === number
  }

  /** False if the number is not in the set and there is no space for it. */
  add(number: number): boolean {
    const place = this.#placeOf(number)
    if (place === undefined) return false
    if (this.#room[place] === number) return true
    if (this.#size >= this.#most) return false
    this.#room[place] = number
    this.#size += 1
    if (this.#size > this.#room.length * FULL) this.#grow()
    return true
  }

  /** The place where the number is, or would be; undefined if there is no space nearby. */
  #placeOf(number: number): number | undefined {
    const mask = this.#room.length - 1
    const first = number ^ (number / 2 ** 21)
    for (let step = 0; step < LOOKED_AT; step++) {
      const place = (first + step) & mask
      const found = this.#room[place]
      if (found === -1 || found === number) return place
    }
    return undefined
  }

  #grow(): void {
    const before = this.#room
    this.#room = new Float64Array(before.length * 2).fill(-1)
    for (const number of before) {
      const place = number === -1 ? undefined : this.#placeOf(number)
      if (place !== undefined) this.#room[place] = number
    }
  }
}
