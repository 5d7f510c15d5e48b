/** The change in the runs of a trigger, and in the time that machines were busy with them. */
export interface TimeChange {
  readonly trigger: number
  runs: number
  /** The number of runs whose duration is known. */
  timed: number
  seconds: number
}

/** Longer than any run, and the most that a column holds. */
const LONGEST = 2 ** 31 - 1

/** Whole seconds as they are kept; null if not known. */
export function keptDuration(duration: number | null): number | null {
  if (duration === null || !Number.isFinite(duration)) return null
  return Math.min(LONGEST, Math.max(0, Math.floor(duration)))
}

/** Adds up changes of times, so each trigger is written once. */
export function timeTally() {
  const changes = new Map<number, TimeChange>()
  return {
    /** One run was added (1) or removed (-1). */
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
