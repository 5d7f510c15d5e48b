/** The longest delay of Node's timers, about 24.8 days; a longer one counts as one millisecond. */
const LONGEST_MS = 2 ** 31 - 1

/** Calls `then` after any number of milliseconds. Returns a function that cancels the call. */
export function callAfter(ms: number, then: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (left: number): void => {
    timer = left > LONGEST_MS ? setTimeout(() => wait(left - LONGEST_MS), LONGEST_MS) : setTimeout(then, left)
  }
  wait(ms)
  return () => clearTimeout(timer)
}
