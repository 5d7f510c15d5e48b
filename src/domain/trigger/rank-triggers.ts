/** A trigger, with the number of runs that had it in each of two groups. */
export interface RankedTrigger {
  /** `source/version`. */
  readonly trigger: string
  readonly here: number
  readonly elsewhere: number
}

/** The number of triggers that are returned; more would not be useful. */
const MOST = 20
/** Added for unseen runs, so that a share of a few runs does not count as much as a share of many. */
const UNSEEN = 0.5

/**
 * The triggers that are more frequent here than elsewhere, by how much more. Each list has the triggers of
 * one run.
 */
export function rankTriggers(
  here: readonly (readonly string[])[],
  elsewhere: readonly (readonly string[])[],
): RankedTrigger[] {
  const others = countsOf(elsewhere)
  const lift = ({ here: some, elsewhere: rest }: RankedTrigger): number =>
    (some + UNSEEN) / (here.length + 1) / ((rest + UNSEEN) / (elsewhere.length + 1))
  return [...countsOf(here)]
    .map(([trigger, count]) => ({ trigger, here: count, elsewhere: others.get(trigger) ?? 0 }))
    .filter(one => one.here * elsewhere.length > one.elsewhere * here.length || elsewhere.length === 0)
    .sort((a, b) => lift(b) - lift(a) || b.here - a.here || (a.trigger < b.trigger ? -1 : 1))
    .slice(0, MOST)
}

function countsOf(runs: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const triggers of runs)
    for (const trigger of new Set(triggers)) counts.set(trigger, (counts.get(trigger) ?? 0) + 1)
  return counts
}
