import { splitTriggers } from '../trigger/trigger.ts'

/** What runs of one list of triggers cost. */
interface ListCost {
  /** Separated by blanks. */
  readonly name: string
  readonly runs: number
  readonly seconds: number
}

/**
 * What each trigger cost: a run of several triggers counts for each of them, as without any one of them it would not
 * have been as it was. Those that cost most first; `migration-reference/0` is no upload.
 */
export function costsOfTriggers(lists: readonly ListCost[], most: number): ListCost[] {
  const sums = new Map<string, { name: string; runs: number; seconds: number }>()
  for (const { name: list, runs, seconds } of lists) {
    for (const name of new Set(splitTriggers(list))) {
      if (name.startsWith('migration-reference/')) continue
      const sum = sums.get(name)
      if (sum === undefined) sums.set(name, { name, runs, seconds })
      else {
        sum.runs += runs
        sum.seconds += seconds
      }
    }
  }
  return [...sums.values()].sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1)).slice(0, most)
}
