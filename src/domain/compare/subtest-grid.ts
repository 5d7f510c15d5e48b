import { hasFailed, SUBTEST_RESULTS, type Subtest, type SubtestResult } from '../run/subtest.ts'
import { byName } from './subtest-changes.ts'

/** One subtest over several runs of its test. */
export interface GridRow {
  readonly name: string
  /** The result in each run, newest first; undefined if it did not exist there, or nothing is recorded. */
  readonly results: readonly (SubtestResult | undefined)[]
  /**
   * The number of runs in a row in which it fails, counted from the newest that has it; 0 if it passes there.
   */
  readonly failing: number
  /**
   * The index of the run in which it began to fail; undefined if it fails in all known runs, or does not fail
   * now.
   */
  readonly since: number | undefined
  /** Whether it is in the newest known run and in none before. */
  readonly isNew: boolean
  /** Whether all its known results are the same. */
  readonly isSteady: boolean
}

export interface Grid {
  /**
   * Trouble first: subtests that fail now, that failed before, that did not always exist, and then steady
   * ones.
   */
  readonly rows: readonly GridRow[]
  /** For each run, whether its subtests are known. */
  readonly known: readonly boolean[]
}

/** The number of known earlier runs that is needed for a subtest to count as new. */
const ENOUGH_BEFORE = 2

/** The subtests of some runs, newest first, as a grid; undefined for a run whose subtests are not known. */
export function subtestGrid(runs: readonly (readonly Subtest[] | undefined)[]): Grid {
  const columns = runs.map(subtests => subtests && byName(subtests))
  const names = new Set(columns.flatMap(column => [...(column?.keys() ?? [])]))
  const known = columns.map(column => column !== undefined && column.size > 0)
  const rows = [...names].map(name =>
    rowOf(
      name,
      columns.map(column => column?.get(name)?.result),
      known,
    ),
  )
  const troubles = new Map(rows.map(row => [row, trouble(row)]))
  const rank = (row: GridRow): number => troubles.get(row) as number
  return { known, rows: rows.sort((one, other) => rank(other) - rank(one)) }
}

function rowOf(
  name: string,
  results: readonly (SubtestResult | undefined)[],
  known: readonly boolean[],
): GridRow {
  const seen = results.flatMap((result, place) => (result === undefined ? [] : [{ result, place }]))
  const end = seen.findIndex(({ result }) => !hasFailed(result))
  const failing = end === -1 ? seen.length : end
  const newest = known.indexOf(true)
  const before = known.filter((isKnown, place) => isKnown && place > newest).length
  return {
    name,
    results,
    failing,
    since: failing > 0 && end !== -1 ? seen[failing - 1]?.place : undefined,
    isNew: seen.length === 1 && seen[0]?.place === newest && before >= ENOUGH_BEFORE,
    isSteady: new Set(seen.map(({ result }) => result)).size <= 1 && seen.length === before + 1,
  }
}

/**
 * A number that is greater for worse rows. Subtests that fail now come before those that failed, and each by
 * how often.
 */
function trouble({ failing, results, isNew, isSteady }: GridRow): number {
  const failed = results.filter(result => result !== undefined && hasFailed(result)).length
  if (failing > 0) return 3000 + failed
  if (failed > 0) return 2000 + failed
  if (isNew) return 1500
  if (!isSteady) return 1000
  const worst = results.find(result => result !== undefined)
  return worst === undefined ? 0 : SUBTEST_RESULTS.length - SUBTEST_RESULTS.indexOf(worst)
}
