/** What one slice may come to, in bytes of HTML: about a millisecond's work, and a piece that is worth sending. */
export const SLICE_COST = 64 * 1024
/** So much of a log is read at once where its lines are as lines are. */
const MOST_BYTES = 16 * 1024
const FEWEST_BYTES = 512
/** Of nothing but newlines this comes to three times what a slice may. */
const FIRST_BYTES = 4 * 1024

/**
 * How much of a log is to be turned into HTML before others get their turn. A byte may be a letter or a whole line,
 * with an anchor and a number of its own: the next slice follows from what the last one came to.
 */
export class RenderingPace {
  #bytes = FIRST_BYTES

  /** @param cost bytes of HTML that the last slice came to */
  spent(cost: number): void {
    if (cost > SLICE_COST) this.#bytes = Math.max(FEWEST_BYTES, this.#bytes / 2)
    else if (cost < SLICE_COST / 4) this.#bytes = Math.min(MOST_BYTES, this.#bytes * 2)
  }

  /** Cuts a chunk into slices; call {@link spent} for each before the next is requested. */
  *slices(chunk: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < chunk.length; ) {
      const slice = chunk.subarray(at, at + this.#bytes)
      at += slice.length
      yield slice
    }
  }
}
