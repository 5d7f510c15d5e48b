/** Milliseconds to wait after this many failures in a row, from 1: doubling from `first`, up to `longest`. */
export function doublingMs(failures: number, first: number, longest: number): number {
  return Math.min(longest, first * 2 ** Math.min(30, Math.max(0, failures - 1)))
}

/** The same, randomised by a fifth, so that callers that failed together do not try again together. */
export function backoffMs(failures: number, first: number, longest: number): number {
  return doublingMs(failures, first, longest) * (0.9 + Math.random() * 0.2)
}

/**
 * A random half to all of it, for short waits of many callers of one server; the caller limits the number of
 * tries.
 */
export function scatteredBackoffMs(failures: number, first: number): number {
  return doublingMs(failures, first, Number.POSITIVE_INFINITY) * (0.5 + Math.random() / 2)
}
