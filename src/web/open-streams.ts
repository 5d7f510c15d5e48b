/** Counts what each address has open at once: event streams and logs hold a connection for long. */
export class OpenStreams {
  readonly #limit: number
  readonly #open = new Map<string, number>()

  /** @param limit streams an address may have open; 0 is no limit */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The way to give the place back, or undefined if the address has all it may have. */
  enter(address: string): (() => void) | undefined {
    const open = this.#open.get(address) ?? 0
    if (this.#limit > 0 && open >= this.#limit) return undefined
    this.#open.set(address, open + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const now = (this.#open.get(address) ?? 1) - 1
      if (now > 0) this.#open.set(address, now)
      else this.#open.delete(address)
    }
  }
}
