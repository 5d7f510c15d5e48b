import { isSteep, timeOf } from '../linear/growth.ts'

/** Each is twice as long as the one before: what is linear takes twice as long for it, what is quadratic four times. */
const LENGTHS = [4096, 8192, 16_384, 32_768] as const
const ALLOWED = { doubling: 2.8, all: 24 }
const NOTHING_MS = 8
const TRIES = 4

/**
 * {@link isSteep}, measured once more before it is believed: among many thousand cases some are measured while the engine
 * still compiles, find a short text's matches kept from the time before, or step over what an allocator gives at once
 * (`[` 100,000 times, in `JSON.parse`). Each text is a new one here, and more than one doubling must be steep.
 */
export function isSurelySteep(
  run: (text: string) => unknown,
  textOf: (characters: number) => string,
): boolean {
  if (!isSteep(run, textOf)) return false
  const times = LENGTHS.map(length => bestOf(run, textOf, length))
  const [first, last] = [times[0] as number, times.at(-1) as number]
  const steep = times.filter((time, at) => at > 0 && time / (times[at - 1] as number) > ALLOWED.doubling)
  return steep.length > 1 && last > NOTHING_MS && last / first > ALLOWED.all
}

function bestOf(
  run: (text: string) => unknown,
  textOf: (characters: number) => string,
  length: number,
): number {
  let best = Number.POSITIVE_INFINITY
  for (let tried = 0; tried < TRIES; tried++) {
    best = Math.min(best, timeOf(run, Buffer.from(textOf(length)).toString()))
  }
  return best
}
