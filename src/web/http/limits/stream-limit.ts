/** The number of bodies from one address that are read at once, over all actions. */
export const POSTS_AT_ONCE = 16

/** Counts what each address has open. */
export interface StreamLimit {
  /** Undefined when the address has all it may have; else the way to give it back, once. */
  take(group: string): (() => void) | undefined | Promise<(() => void) | undefined>
}

/** The same where it is counted: it answers at once. */
export interface LocalStreamLimit extends StreamLimit {
  take(group: string): (() => void) | undefined
}

/** @param limit how many one address may have open at once */
export function streamLimit(limit: number): LocalStreamLimit {
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
