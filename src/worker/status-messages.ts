import { PRIVATE_LOGTAIL, PRIVATE_PACKAGE } from '../contracts/files/running-json.ts'
import { isPrivateRequest } from '../domain/request/request-redaction.ts'
import { pythonJson } from '../domain/text/python-text.ts'
import { envOf, type WorkerRequest } from './worker-request.ts'

/** The progress of a test. */
export interface RunProgress {
  readonly running: boolean
  /** Whole seconds. */
  readonly duration: number
  readonly logtail: string
  /** The output that the log has gained since the last message, and its offset there; see `teststatus`. */
  readonly output?: { readonly offset: number; readonly text: string } | undefined
}

/** The message for `teststatus.fanout`; for a private test it says only that there is one. */
export function statusMessage(
  request: WorkerRequest,
  { running, duration, logtail, output }: RunProgress,
): string {
  const isPrivate = isPrivateRequest(request.params)
  return pythonJson({
    release: request.release,
    architecture: request.arch,
    package: isPrivate ? PRIVATE_PACKAGE : request.package,
    running,
    params: isPrivate ? {} : request.params,
    duration,
    logtail: isPrivate ? PRIVATE_LOGTAIL : logtail,
    ...(output !== undefined && !isPrivate && { output }),
  })
}

/** The outcome of a run as in its files: with their line breaks, as has always been sent. */
export interface RunOutcome {
  readonly exitcode: number
  readonly duration: string
  readonly requester: string | null
  /** The second word of `testpkg-version`. */
  readonly version: string
}

/** The message that is sent once to `testcomplete.fanout`. */
export function completionMessage(
  request: WorkerRequest,
  outcome: RunOutcome,
  place: { readonly container: string; readonly directory: string },
): string {
  return pythonJson({
    architecture: request.arch,
    container: place.container,
    duration: outcome.duration,
    exitcode: outcome.exitcode,
    package: request.package,
    testpkg_version: outcome.version,
    release: request.release,
    requester: outcome.requester,
    swift_dir: place.directory,
    triggers: request.triggers.length > 0 ? request.triggers.join(' ') : null,
    env: envOf(request),
  })
}
