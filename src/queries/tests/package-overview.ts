import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'
import { queuedRequests, type WaitingRequest } from '../queues/queued.ts'
import { type RunningTest, runningTests } from '../queues/running.ts'

export interface PackageOverview {
  readonly package: string
  /** Columns: the configured releases in which the package has been tested, in their configured order. */
  readonly releases: readonly string[]
  /** Rows: every arch that it has been tested on, in any release. */
  readonly arches: readonly string[]
  /** The newest run of a test, by `release/arch`; releases that are not configured are omitted. */
  readonly newest: ReadonlyMap<string, Run>
  /** The newest runs that did not pass, newest first. */
  readonly odd: readonly Run[]
  readonly running: readonly RunningTest[]
  readonly waiting: readonly WaitingRequest[]
}

/** The newest run of a package everywhere, and its current activity. */
export async function packageOverview(
  backends: { results: Pick<Results, 'newestRuns'>; snapshots: Pick<Snapshots, 'running' | 'queued'> },
  packageName: string,
  releases: readonly string[],
): Promise<PackageOverview> {
  const runs = await backends.results.newestRuns(packageName)
  const shown = runs.filter(run => releases.includes(run.release))
  return {
    package: packageName,
    releases: releases.filter(release => shown.some(run => run.release === release)),
    arches: [...new Set(runs.map(run => run.arch))].sort(),
    newest: new Map(shown.map(run => [`${run.release}/${run.arch}`, run])),
    odd: shown
      .filter(run => isRetryable(verdictOf(run.exitcode)))
      .sort((a, b) => (a.runId < b.runId ? 1 : -1)),
    running: runningTests(backends).byPackage.get(packageName) ?? [],
    waiting: queuedRequests(backends).ofPackage(packageName),
  }
}
