import type { Run } from '../../../../domain/run/run.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { FailuresOfRuns } from '../../../../queries/failures/failures-of-runs.ts'
import type { TestGrid } from '../../../../queries/tests/test-grid.ts'
import type { Streak } from '../../../../queries/tests/test-history.ts'
import { liveJson, type TimedRequest } from '../../../api/live-json.ts'
import { links } from '../../../links.ts'
import { noteObject } from '../../notes/note-json.ts'
import type { ShownHistory } from './history.view.ts'

/**
 * A page of the runs of a test as programs see it; null stands for what is not known.
 * @param waiting the first that wait, with when they are likely to start
 */
export function historyJson(
  { history, failures, grid, rescue, notes }: ShownHistory,
  waiting: readonly TimedRequest[],
  baseUrl: string,
) {
  const { test, rows, newer, older, streak } = history
  const running = history.running.filter(one => !one.isPrivate)
  const page = (place: { before?: string; after?: string }): string => baseUrl + links.testJson(test, place)
  return {
    ...{ package: test.package, release: test.release, arch: test.arch },
    streak: streak === undefined ? null : streakJson(streak),
    retries: rescue ?? null,
    ...liveJson({ total: running.length, shown: running }, { total: history.waiting.length, shown: waiting }),
    runs: rows.map(({ run }) => rowJson(run, failures, baseUrl)),
    subtests: grid === undefined ? null : gridJson(grid),
    notes: notes?.map(note => noteObject(note, baseUrl)) ?? null,
    newer: newer === undefined ? null : page({ after: newer }),
    older: older === undefined ? null : page({ before: older }),
  }
}

const streakJson = ({ passing, runs, since, changedFrom }: Streak) => ({
  ...{ passing, runs, since: since.runId },
  before: changedFrom?.runId ?? null,
})

function rowJson(run: Run, failures: FailuresOfRuns, baseUrl: string) {
  const failure = failures.get(run)
  return {
    ...{ run_id: run.runId, verdict: verdictOf(run.exitcode), exitcode: run.exitcode },
    ...{ version: run.version || null, triggers: splitTriggers(run.triggers), env: run.env || null },
    ...{ requester: run.requester || null, duration: run.duration },
    failure:
      failure === undefined
        ? null
        : {
            ...{ test: failure.test || null, line: failure.line.number, text: failure.line.text },
            ...{ address: failure.address, url: baseUrl + links.failure(failure) },
          },
    url: baseUrl + links.run(run),
  }
}

/** Trouble first, as on the page; `results` are in the order of `of`. */
const gridJson = ({ runs, rows, elsewhere }: TestGrid) => ({
  of: runs.map(run => run.runId),
  list: rows.map(({ name, results, since, failing, isNew }) => ({
    name,
    results: results.map(result => result ?? null),
    fails_in: failing,
    fails_since: since === undefined ? null : (runs[since]?.runId ?? null),
    new: isNew,
    fails_also_on: elsewhere.get(name)?.failing ?? null,
  })),
})
