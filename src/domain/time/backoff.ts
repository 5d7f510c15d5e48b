/** Milliseconds to wait after so many failures in a row, the first being 1: doubling from `first`, up to `longest`. */
export function doublingMs(failures: number, first: number, longest: number): number {
  return Math.min(longest, first * 2 ** Math.min(30, Math.max(0, failures - 1)))
}

/** The same with a fifth of chance, so that those who failed together do not try again together. */
export function backoffMs(failures: number, first: number, longest: number): number {
  return doublingMs(failures, first, longest) * (0.9 + Math.random() * 0.2)
}

/** From a half to all of it, for short waits of many callers of one server; how many tries there are is bounded. */
export function scatteredBackoffMs(failures: number, first: number): number {
  return doublingMs(failures, first, Number.POSITIVE_INFINITY) * (0.5 + Math.random() / 2)
}
