import type { StoredDetails } from '../../../../backends/derived/derived.ts'
import type { StoredFailure } from '../../../../backends/derived/failures.ts'
import { isAllProposed, type Run, testnameOf } from '../../../../domain/run/run.ts'
import { runIdClock } from '../../../../domain/run/run-id.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../../domain/trigger/trigger.ts'
import type { RunPage } from '../../../../queries/runs/run.ts'
import type { RunAttempts } from '../../../../queries/runs/run-attempts.ts'
import { links } from '../../../links.ts'
import { noteObject } from '../../notes/note-json.ts'

/** Which attempt at the same it is, who made them, and how often retries helped; null for what is not known. */
function attemptsJson({ lineage, steadiness, rescue }: RunAttempts) {
  return {
    attempt: lineage.attempt,
    requesters: lineage.requesters.map(({ name, times }) => ({ name: name || null, times })),
    retries: rescue ?? null,
    in_a_year:
      steadiness === undefined
        ? null
        : {
            runs: steadiness.runs,
            changes: steadiness.transitions,
            proven_flakes: steadiness.flakes,
            last_flake: steadiness.lastFlake ?? null,
          },
  }
}

type KnownSignature = NonNullable<StoredFailure['signature']>

/** Of what a run was asked for with, what no row has. */
const NOT_RECORDED = ['ppas', 'build-git', 'test-git', 'other environment variables']

/** A run as programs see it; null stands for what the row does not say. */
export function runJson(page: RunPage, baseUrl: string) {
  const { run, previous, next, details, retry } = page
  const { package: name, release, arch, runId, version, env, requester, duration, exitcode } = run
  return {
    ...{ package: name, release, arch, run_id: runId },
    ended: endedAt(runId),
    verdict: verdictOf(exitcode),
    exitcode,
    version: version || null,
    triggers: splitTriggers(run.triggers),
    all_proposed: isAllProposed(run),
    testname: testnameOf(run) ?? null,
    env: env || null,
    requester: requester || null,
    duration,
    retryable: retry,
    not_recorded: NOT_RECORDED,
    subtests: subtestsJson(details),
    failures: failuresJson(page, baseUrl),
    attempts: attemptsJson(page.attempts),
    notes: notesJson(page, baseUrl),
    previous: previous?.runId ?? null,
    next: next?.runId ?? null,
    links: linksOf(baseUrl, run, previous, next),
  }
}

/** `known` with the list, or why there is none: `wanted`, not read yet; `missing`, unreadable; `not-indexed`. */
function subtestsJson(details: StoredDetails | undefined) {
  if (details === undefined) return { state: 'not-indexed' }
  if (details.state !== 'known') return details
  const list = details.subtests.map(({ name, result, detail }) => ({ name, result, reason: detail }))
  return { state: details.state, list }
}

/** Those that stand at the run, each once: at failures, test and package. Null while they cannot be read. */
function notesJson({ notes }: RunPage, baseUrl: string) {
  if (notes === undefined) return null
  const all = new Map([...notes.atFailures.flat(), ...notes.above].map(note => [note.id, note]))
  return [...all.values()].map(note => noteObject(note, baseUrl))
}

/** `known` with the list, the run's own first, or `not-read`: its log has not been read. */
function failuresJson({ run, failures }: RunPage, baseUrl: string) {
  if (failures === undefined) return { state: 'not-read' }
  const list = failures.map(({ test, lines, signature }) => ({
    test: test || null,
    lines: lines.map(line => ({ ...line, url: baseUrl + links.logLine(run, line.number) })),
    failure: signature === undefined ? null : signatureJson(signature, baseUrl),
  }))
  return { state: 'known', list }
}

const signatureJson = ({ address, text, runs, tests }: KnownSignature, baseUrl: string) => ({
  ...{ address, text, runs, tests },
  url: baseUrl + links.failure({ address }),
})

function linksOf(baseUrl: string, run: Run, previous: Run | undefined, next: Run | undefined) {
  const paths = {
    run: links.run(run),
    log: links.log(run),
    raw_log: links.rawFile(run, 'log.gz'),
    artifacts: links.artifacts(run),
    testbed: links.testbed(run),
    history: links.test(run),
    package: links.package({ package: run.package }),
    ...(previous && { previous: links.run(previous) }),
    ...(next && { next: links.run(next) }),
  }
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, baseUrl + path]))
}

/** When the run ended, to the second, from its id; null where that holds no time. */
function endedAt(runId: string): string | null {
  const moment = runIdClock(runId)
  return moment === undefined ? null : `${moment.day}T${moment.clock}Z`
}
