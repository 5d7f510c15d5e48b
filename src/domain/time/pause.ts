/**
 * Waits until the time is up, the signal comes, or the function given to `onWait` is called. Never rejects.
 * @param ms milliseconds
 */
export function pause(ms: number, signal?: AbortSignal, onWait?: (wake: () => void) => void): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    onWait?.(done)
  })
}
