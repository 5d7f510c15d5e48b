/** Waits until all have ended, whatever becomes of one of them, and then throws what the first of those that failed did. */
export async function allEnded(ends: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason
}

/** Calls one after the other, each even if one before failed, and then throws what the first of those did. */
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
