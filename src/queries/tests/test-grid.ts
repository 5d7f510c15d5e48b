import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { byName } from '../../domain/compare/subtest-changes.ts'
import { type Grid, subtestGrid } from '../../domain/compare/subtest-grid.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasFailed } from '../../domain/run/subtest.ts'

/** The number of runs in one grid: as many as fit beside each other. */
const RUNS = 30

export interface TestGrid extends Grid {
  readonly runs: readonly Run[]
  /**
   * For the subtests that fail in the newest run, the other architectures of the release on which they also
   * fail.
   */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>
}

export interface Elsewhere {
  /** The number of architectures whose newest run has the subtest. */
  readonly known: number
  /** The architectures on which it fails. */
  readonly failing: readonly string[]
}

/**
 * The subtests of the first runs of a page of a history, with one query; undefined if none of them is known.
 */
export async function testGrid(
  { results, derived }: { results: Pick<Results, 'newestRuns'>; derived: Pick<Derived, 'subtestsOf'> },
  page: readonly Run[],
): Promise<TestGrid | undefined> {
  const runs = page.slice(0, RUNS)
  const newest = runs[0]
  if (newest === undefined) return undefined
  const others = (await results.newestRuns(newest.package)).filter(
    run => run.release === newest.release && run.arch !== newest.arch,
  )
  const subtests = await derived.subtestsOf([...runs, ...others])
  const grid = subtestGrid(subtests.slice(0, runs.length))
  if (grid.rows.length === 0) return undefined
  const there = others.map((run, place) => ({
    arch: run.arch,
    by: byName(subtests[runs.length + place] ?? []),
  }))
  const elsewhere = new Map(
    grid.rows
      .filter(row => row.failing > 0)
      .map(({ name }) => {
        const known = there.flatMap(({ arch, by }) => {
          const subtest = by.get(name)
          return subtest === undefined ? [] : [{ arch, fails: hasFailed(subtest.result) }]
        })
        const failing = known.filter(one => one.fails).map(one => one.arch)
        return [name, { known: known.length, failing: failing.sort() }] as const
      }),
  )
  return { ...grid, runs, elsewhere }
}
