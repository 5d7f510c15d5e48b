/** For how long an address gets the database whose checksum it took. */
const KEPT_MS = 2 * 60_000
const MOST = 10_000

/** Remembers which checksum each address took last. */
export class Promised {
  readonly #taken = new Map<string, { sha256: string; until: number }>()

  promise(address: string, sha256: string): void {
    this.#taken.delete(address)
    this.#taken.set(address, { sha256, until: performance.now() + KEPT_MS })
    const oldest = this.#taken.keys().next().value
    if (this.#taken.size > MOST && oldest !== undefined) this.#taken.delete(oldest)
  }

  of(address: string): string | undefined {
    const taken = this.#taken.get(address)
    return taken !== undefined && taken.until > performance.now() ? taken.sha256 : undefined
  }
}
