import type { Run } from '../../../../domain/run/run.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { PackageOverview } from '../../../../queries/tests/package-overview.ts'
import { liveJson, type TimedRequest } from '../../../api/live-json.ts'
import { links } from '../../../links.ts'

/**
 * The newest run of each test of a package, and what runs and waits, as programs see it.
 * @param waiting the first that wait, with when they are likely to start
 */
export function packageJson(overview: PackageOverview, waiting: readonly TimedRequest[], baseUrl: string) {
  const running = overview.running.filter(test => !test.isPrivate)
  return {
    package: overview.package,
    tests: [...overview.newest.values()].map(run => newestJson(run, baseUrl)),
    ...liveJson(
      { total: running.length, shown: running },
      { total: overview.waiting.length, shown: waiting },
    ),
  }
}

const newestJson = (run: Run, baseUrl: string) => ({
  ...{ release: run.release, arch: run.arch, run_id: run.runId },
  ...{ verdict: verdictOf(run.exitcode), exitcode: run.exitcode, version: run.version || null },
  ...{ triggers: splitTriggers(run.triggers), duration: run.duration, url: baseUrl + links.run(run) },
})
