import type { SubmittedRequest } from '../../../../backends/state/requests.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { RequestProgress } from '../../../../queries/requests/request-progress.ts'
import type { AskedFor } from '../../../../queries/runs/request-run.ts'
import { expectedJson } from '../../../api/live-json.ts'
import { links } from '../../../links.ts'

/**
 * A request and how far it has come, as programs see it; what is not known is left out.
 * @param expected of one whose place is known
 */
export function progressJson(
  request: SubmittedRequest,
  { params }: AskedFor,
  progress: RequestProgress,
  baseUrl: string,
  expected?: ExpectedStart | undefined,
) {
  const { uuid, context, release, arch, package: name, requester, submitted } = request
  return {
    ...{ uuid, release, arch, package: name, context, requester },
    triggers: params.triggers,
    submitted: submitted.toISOString(),
    ...stateJson(progress),
    ...(expected !== undefined && expectedJson(expected)),
    links: {
      request: baseUrl + links.requestProgress({ uuid }),
      run: baseUrl + links.runOfRequest({ uuid }),
      log: baseUrl + links.logOfRequest({ uuid }),
      history: baseUrl + links.test(request),
    },
  }
}

function stateJson(progress: RequestProgress) {
  const { state } = progress
  switch (state) {
    case 'queued': {
      const { position, size, known } = progress
      return { state, position, queue: size === undefined ? undefined : { size, known } }
    }
    case 'running':
      return { state, duration: progress.test.duration, logtail: progress.test.logtail }
    case 'finished': {
      const { run, exitcode, duration } = progress.found
      const verdict = exitcode === undefined ? undefined : verdictOf(exitcode)
      return { state, run_id: run.runId, verdict, exitcode, duration }
    }
    case 'failed':
    case 'removed':
      return { state, reason: progress.reason }
    default:
      return { state }
  }
}
