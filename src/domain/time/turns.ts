const waiting: (() => void)[] = []

/**
 * Resolves when it is the caller's turn. Work that goes on for long asks for one after each few milliseconds: of all such
 * work only one piece is done in a turn of the event loop, so that a page that is ready waits for one piece at most,
 * however much is going on.
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
 * Does work that is cut into steps, one piece of them in a turn. What it gives at its end is the answer; a signal that is
 * aborted ends it between two steps, with its reason.
 */
export async function inTurns<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    await turn()
  }
}
