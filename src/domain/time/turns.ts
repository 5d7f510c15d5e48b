const waiting: (() => void)[] = []

/**
 * Resolves when it is the caller's turn. Long work requests a turn every few milliseconds: only one piece of
 * all such work is done in each turn of the event loop, so that a page that is ready waits for at most one
 * piece, however much is going on.
 */
export function turn(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(next)
  })
}

function next(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(next)
}

/**
 * Does work that is divided into steps, one piece of them per turn, and returns the generator's result; an
 * aborted signal ends it between two steps, with its reason.
 */
export async function inTurns<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    await turn()
  }
}
