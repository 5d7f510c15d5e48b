const WINDOW_MS = 60_000

/** How often something may go wrong in a minute, for one group of addresses and for all together. */
export interface FailureBudget {
  /** Whether a group may try; it counts as a failure until it is given back. */
  take(group: string, now: Date): boolean | Promise<boolean>
  /** What was tried did not fail. */
  giveBack(group: string): void
}

/** The same where it is counted: it answers at once. */
export interface LocalFailureBudget extends FailureBudget {
  take(group: string, now: Date): boolean
}

/** How many bad credentials per minute are checked with Launchpad, from one group of addresses and in total. */
export const BAD_CREDENTIALS = { each: 10, all: 120 } as const

/** Counts in this process, in windows of a minute. */
export function failureBudget(most: { readonly each: number; readonly all: number }): LocalFailureBudget {
  let began = Number.NEGATIVE_INFINITY
  let all = 0
  const groups = new Map<string, number>()

  function beginWindow(now: Date): void {
    if (Math.abs(now.getTime() - began) < WINDOW_MS) return
    began = now.getTime()
    all = 0
    groups.clear()
  }

  return {
    take(group, now) {
      beginWindow(now)
      const before = groups.get(group) ?? 0
      if (all >= most.all || before >= most.each) return false
      all++
      groups.set(group, before + 1)
      return true
    },
    giveBack(group) {
      const before = groups.get(group) ?? 0
      if (before === 0) return
      all--
      groups.set(group, before - 1)
    },
  }
}
