import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasPassed, type Verdict, verdictOf } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { MIGRATION_REFERENCE } from '../../domain/trigger/trigger.ts'
import { type LatestBackends, latestRun } from '../tests/latest-run.ts'

/** What a run that did not pass is to be seen against. */
export interface RunContext {
  /** The newest pass of the test before it. */
  readonly lastPass: RunKey | undefined
  /** The newest runs of the same version on the release's other architectures, by architecture. */
  readonly elsewhere: readonly Run[]
  /** The newest run of the test with `migration-reference/0` alone, among its latest. */
  readonly reference: Run | undefined
}

/** Runs of the test that are looked at for one with the reference alone. */
const LOOKED_AT = 100
/** Of these nothing can be said of the version. */
const SAYS_NOTHING: readonly Verdict[] = ['tmpfail', 'denylisted']

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
      !SAYS_NOTHING.includes(verdictOf(one.exitcode)),
  )
  return {
    lastPass,
    elsewhere: elsewhere.sort((a, b) => (a.arch < b.arch ? -1 : 1)),
    reference: latest.find(
      one => one.triggers === MIGRATION_REFERENCE && !SAYS_NOTHING.includes(verdictOf(one.exitcode)),
    ),
  }
}
