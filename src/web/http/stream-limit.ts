/** Counts what each address has open. */
export interface StreamLimit {
  /** Undefined when the address has all it may have; else the way to give it back, once. */
  take(group: string): (() => void) | undefined
}

/** @param limit how many one address may have open at once */
export function streamLimit(limit: number): StreamLimit {
  const open = new Map<string, number>()
  return {
    take(group) {
      const count = open.get(group) ?? 0
      if (count >= limit) return undefined
      open.set(group, count + 1)
      let given = false
      return () => {
        if (given) return
        given = true
        const left = (open.get(group) ?? 1) - 1
        if (left === 0) open.delete(group)
        else open.set(group, left)
      }
    },
  }
}
