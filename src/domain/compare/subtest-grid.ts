import { hasFailed, SUBTEST_RESULTS, type Subtest, type SubtestResult } from '../run/subtest.ts'
import { byName } from './subtest-changes.ts'

/** One subtest over several runs of its test. */
export interface GridRow {
  readonly name: string
  /** For each run, newest first, what it came to; undefined where it was not there, or nothing is recorded. */
  readonly results: readonly (SubtestResult | undefined)[]
  /** Of how many runs it fails in a row, from the newest that has it on; 0 if it does not fail there. */
  readonly failing: number
  /** The place of the run in which it began to fail; undefined if it fails in all that are known, or not now. */
  readonly since: number | undefined
  /** Whether it is in the newest run that is known and in none of those before. */
  readonly isNew: boolean
  /** Whether all that is known of it is one result. */
  readonly isSteady: boolean
}

export interface Grid {
  /** Trouble first: what fails now, what failed before, what was not always there, and then what is steady. */
  readonly rows: readonly GridRow[]
  /** Which of the runs have subtests that are known. */
  readonly known: readonly boolean[]
}

/** So many runs before it must be known for a subtest to count as new. */
const ENOUGH_BEFORE = 2

/** The subtests of some runs, newest first, as a grid; undefined for a run of which none are known. */
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

/** Greater is worse. What fails now stands before what did, and each by how much of it there is. */
function trouble({ failing, results, isNew, isSteady }: GridRow): number {
  const failed = results.filter(result => result !== undefined && hasFailed(result)).length
  if (failing > 0) return 3000 + failed
  if (failed > 0) return 2000 + failed
  if (isNew) return 1500
  if (!isSteady) return 1000
  const worst = results.find(result => result !== undefined)
  return worst === undefined ? 0 : SUBTEST_RESULTS.length - SUBTEST_RESULTS.indexOf(worst)
}
