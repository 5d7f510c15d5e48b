import type { QueuedRequest } from '../../domain/request/request-params.ts'
import type { ExpectedStart } from '../../queries/queues/expected-start.ts'
import type { WaitingRequest } from '../../queries/queues/queued.ts'
import type { RunningTest } from '../../queries/queues/running.ts'

/** What is shown of something, out of so many. */
interface FirstOf<T> {
  readonly total: number
  readonly shown: readonly T[]
}

/** A waiting request with when it is likely to start and end. */
export type TimedRequest = WaitingRequest & { readonly expected: ExpectedStart | undefined }

/** What runs and waits, as the JSON of a package, a test and a trigger have it. */
export const liveJson = (running: FirstOf<RunningTest>, queued: FirstOf<TimedRequest>) => ({
  running: { total: running.total, tests: running.shown.map(runningTestJson) },
  queued: { total: queued.total, requests: queued.shown.map(waitingJson) },
})

/** A test that runs, since so many seconds; never a private one. */
function runningTestJson(test: RunningTest) {
  const { release, arch, duration } = test
  return { release, arch, ...requestJson(test), seconds: duration }
}

/** A waiting request, its place, and when it is likely to start and end; what was not said is left out. */
export function waitingJson(request: TimedRequest) {
  const { context, release, arch, position, expected } = request
  return { context, release, arch, position, ...requestJson(request), ...expectedJson(expected) }
}

/**
 * When a waiting request is likely to start and end, as all JSON has it: ranges, or `expected` null and, if known,
 * since when no test has started on its architecture. `end` is null where it is not known how long its test takes.
 */
export function expectedJson(expected: ExpectedStart | undefined) {
  if (expected?.isKnown !== true) return { expected: null, no_start_since: expected?.still ?? null }
  return { expected: { start: expected.start, end: expected.end ?? null } }
}

/** What was asked for. */
export function requestJson({ package: name, params }: QueuedRequest) {
  const { triggers, requester, submitted, uuid } = params
  return {
    package: name,
    triggers,
    requester,
    submitted: submitted === undefined ? undefined : new Date(submitted).toISOString(),
    uuid,
  }
}
