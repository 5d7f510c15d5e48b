import type { Run } from '../../../../domain/run/run.ts'
import type { Subtest } from '../../../../domain/run/subtest.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { PackageChanges } from '../../../../domain/testbed/package-changes.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { ComparedInstalls } from '../../../../queries/compare/compared-installs.ts'
import type { ComparedLogs } from '../../../../queries/compare/compared-logs.ts'
import type { ComparedRuns } from '../../../../queries/compare/compared-runs.ts'
import type { ComparedTestbeds } from '../../../../queries/compare/compared-testbeds.ts'
import { links } from '../../../links.ts'

interface Comparison {
  readonly runs: ComparedRuns
  readonly testbeds: ComparedTestbeds
  readonly installs: ComparedInstalls
  readonly logs: ComparedLogs
}

/** Two runs as programs compare them; null stands for what is not known. */
export function compareAsJson({ runs, testbeds, installs, logs }: Comparison, baseUrl: string) {
  const { from, to } = runs
  return {
    from: { ...sideOf(from, baseUrl), first_failure: failureOf(runs.failures.from) },
    to: { ...sideOf(to, baseUrl), first_failure: failureOf(runs.failures.to) },
    subtests: subtestsOf(runs),
    testbed:
      testbeds.changes === undefined
        ? { state: 'unknown', reason: testbeds.unknown, machine: testbeds.machines.map(nulled) }
        : { state: 'known', ...packagesOf(testbeds.changes), machine: testbeds.machines.map(nulled) },
    installed: {
      compared: installs.compared,
      faults: installs.faults,
      tests: installs.installs.map(one => ({ tests: one.tests, ...packagesOf(one.changes) })),
    },
    novel_lines: linesOf(logs),
    links: { page: baseUrl + links.comparison(from, to) },
  }
}

function sideOf(run: Run, baseUrl: string) {
  return {
    ...{ package: run.package, release: run.release, arch: run.arch, run_id: run.runId },
    verdict: verdictOf(run.exitcode),
    exitcode: run.exitcode,
    version: run.version || null,
    triggers: splitTriggers(run.triggers),
    env: run.env || null,
    requester: run.requester || null,
    duration: run.duration,
    links: { run: baseUrl + links.run(run), log: baseUrl + links.log(run) },
  }
}

const failureOf = (failure: ComparedRuns['failures']['from']) =>
  failure === undefined
    ? null
    : { line: failure.line.number, text: failure.line.text, signature: failure.address }

function subtestsOf({ subtests, details }: ComparedRuns) {
  if (subtests === undefined) {
    const stateOf = (side: 'from' | 'to'): string => details[side]?.state ?? 'not-indexed'
    return { state: 'unknown', from: stateOf('from'), to: stateOf('to') }
  }
  const side = (subtest: Subtest | undefined) =>
    subtest === undefined ? null : { result: subtest.result, reason: subtest.detail }
  const changes = subtests.changes.map(({ name, kind, before, after }) => ({
    ...{ name, what: kind.replace(' ', '-') },
    from: side(before),
    to: side(after),
  }))
  return { state: 'known', alike: subtests.alike, changes }
}

function packagesOf({ changed, ofTriggers, counts, changes }: PackageChanges) {
  return {
    changed,
    of_triggers: ofTriggers,
    counts,
    changes: changes.map(({ name, kind, before, after, trigger }) => ({
      ...{ name, what: kind, from: before ?? null, to: after ?? null, trigger: trigger ?? null },
    })),
  }
}

const nulled = (one: ComparedTestbeds['machines'][number]) => ({
  ...{ name: one.name, from: one.before ?? null, to: one.after ?? null },
})

function linesOf(logs: ComparedLogs) {
  if (logs.state !== 'known') return { ...logs, state: logs.state.replace(' ', '-') }
  const { of, tests, total, isCut } = logs
  return { state: 'known', of, total, cut: isCut, tests }
}
