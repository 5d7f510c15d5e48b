import { isSteep } from '../linear/growth.ts'

/** What is linear takes eight times as long for the second, what is quadratic 64 times. */
const SHORT = 4096
const LONG = SHORT * 8
const ALLOWED = 24
const NOTHING_MS = 8
const TRIES = 8

/**
 * {@link isSteep}, measured once more before it is believed: among many thousand cases some are measured while the engine
 * still compiles, or find a short text's matches kept from the time before. Each text is a new one here.
 */
export function isSurelySteep(
  run: (text: string) => unknown,
  textOf: (characters: number) => string,
): boolean {
  if (!isSteep(run, textOf)) return false
  const long = bestOf(run, textOf, LONG)
  return long > NOTHING_MS && long / bestOf(run, textOf, SHORT) > ALLOWED
}

function bestOf(
  run: (text: string) => unknown,
  textOf: (characters: number) => string,
  length: number,
): number {
  let best = Number.POSITIVE_INFINITY
  for (let tried = 0; tried < TRIES; tried++) {
    const text = Buffer.from(textOf(length)).toString()
    const began = performance.now()
    run(text)
    best = Math.min(best, performance.now() - began)
  }
  return best
}
