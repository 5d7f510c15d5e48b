import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasPassed, toldBy, verdictOf } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { MIGRATION_REFERENCE } from '../../domain/trigger/trigger.ts'
import { type LatestBackends, latestRun } from '../tests/latest-run.ts'

/** The context of a run that did not pass. */
export interface RunContext {
  /** The newest pass of the test before this run. */
  readonly lastPass: RunKey | undefined
  /** The newest runs of the same version on the release's other architectures, by architecture. */
  readonly elsewhere: readonly Run[]
  /**
   * For those that fail there, the first failure after the last pass on that architecture, as far as known.
   */
  readonly since: ReadonlyMap<Run, RunKey>
  /** The newest run of the test with `migration-reference/0` alone, among its latest. */
  readonly reference: Run | undefined
}

/** The number of runs of the test that are searched for one with only the reference. */
const LOOKED_AT = 100
/** The number of runs after a pass that are searched for the first failure. */
const AFTER_PASS = 20

/** Undefined for a run that has passed. */
export async function runContext(
  backends: { readonly results: Pick<Results, 'newestRuns'> } & LatestBackends,
  run: Run,
): Promise<RunContext | undefined> {
  if (hasPassed(verdictOf(run.exitcode))) return undefined
  const { results } = backends
  const [{ run: lastPass }, newest, latest] = await Promise.all([
    latestRun(backends, run, 'latest-pass', run.runId),
    results.newestRuns(run.package),
    results.history(run, { limit: LOOKED_AT }),
  ])
  const elsewhere = newest.filter(
    one =>
      one.release === run.release &&
      one.arch !== run.arch &&
      one.version === run.version &&
      toldBy(one.exitcode) !== undefined,
  )
  const since = await failingSince(
    backends,
    elsewhere.filter(({ exitcode }) => !hasPassed(verdictOf(exitcode))),
  )
  return {
    lastPass,
    since,
    elsewhere: elsewhere.sort((a, b) => (a.arch < b.arch ? -1 : 1)),
    reference: latest.find(one => one.triggers === MIGRATION_REFERENCE && toldBy(one.exitcode) !== undefined),
  }
}

/**
 * For each of these failed runs, the first failure of its series; undefined while that cannot be determined.
 */
async function failingSince(
  backends: { readonly results: Pick<Results, 'newestRuns'> } & LatestBackends,
  failed: readonly Run[],
): Promise<ReadonlyMap<Run, RunKey>> {
  const found = await Promise.all(
    failed.map(async run => {
      const { run: pass } = await latestRun(backends, run, 'latest-pass', run.runId)
      if (pass === undefined) return undefined
      const after = await backends.results.history(run, { limit: AFTER_PASS, after: pass.runId })
      return after.findLast(one => toldBy(one.exitcode) === 'failure')
    }),
  )
  return new Map(failed.flatMap((run, place) => (found[place] === undefined ? [] : [[run, found[place]]])))
}
