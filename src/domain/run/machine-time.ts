import { splitTriggers } from '../trigger/trigger.ts'

/** The cost of the runs of one list of triggers. */
interface ListCost {
  /** Separated by blanks. */
  readonly name: string
  readonly runs: number
  readonly seconds: number
}

/**
 * The cost of each trigger: a run of several triggers counts for each of them, as it would have been
 * different without any one of them. Highest costs first; `migration-reference/0` is not an upload.
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
