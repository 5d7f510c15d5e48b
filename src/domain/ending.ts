/**
 * Waits until all have ended, even if one fails, and then throws the error of the first of those that failed.
 */
export async function allEnded(ends: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason
}

/** Calls the functions one after the other, even if one fails, and then throws the first error. */
export async function endInTurn(ends: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (const end of ends) {
    try {
      await end()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
