/** A trigger, with how many runs of two groups had it. */
export interface RankedTrigger {
  /** `source/version`. */
  readonly trigger: string
  readonly here: number
  readonly elsewhere: number
}

/** More are of no use to anybody. */
const MOST = 20
/** What stands for runs that were not looked at: a share of a few is not taken for one of many. */
const UNSEEN = 0.5

/**
 * The triggers that are found more often here than elsewhere, by how much more often. Each list is the triggers of one run.
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
