/** By how much the runs of a trigger changed, and the time that machines were busy with them. */
export interface TimeChange {
  readonly trigger: number
  runs: number
  /** Those of which it is known how long they took. */
  timed: number
  seconds: number
}

/** Longer than any run, and as much as a column holds. */
const LONGEST = 2 ** 31 - 1

/** Whole seconds as they are kept; null where nobody knows. */
export function keptDuration(duration: number | null): number | null {
  if (duration === null || !Number.isFinite(duration)) return null
  return Math.min(LONGEST, Math.max(0, Math.floor(duration)))
}

/** Adds up changes of times, so that each trigger's is written once. */
export function timeTally() {
  const changes = new Map<number, TimeChange>()
  return {
    /** One run came (1) or went (-1). */
    count(trigger: number, duration: number | null, more: 1 | -1): void {
      const known = changes.get(trigger)
      const one = known ?? { trigger, runs: 0, timed: 0, seconds: 0 }
      if (known === undefined) changes.set(trigger, one)
      one.runs += more
      if (duration === null) return
      one.timed += more
      one.seconds += more * duration
    },
    all: (): readonly TimeChange[] => [...changes.values()].sort((a, b) => a.trigger - b.trigger),
  }
}
