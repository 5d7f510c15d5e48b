const FIRST_ROOM = 1024
/** Of the room that is taken before there is more of it. */
const FULL = 0.6
/** Places that are looked at for one number: ten times what happens by chance, whatever somebody makes collide. */
const LOOKED_AT = 1024

/** A set of non-negative whole numbers in eight bytes each, four times that at most, and with a bound. */
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

  /** False if it is not there and there is no room for it. */
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

  /** Where it stands, or would; undefined if there is no room near. */
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
