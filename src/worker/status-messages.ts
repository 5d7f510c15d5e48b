import { PRIVATE_LOGTAIL, PRIVATE_PACKAGE } from '../contracts/files/running-json.ts'
import { isPrivateRequest } from '../domain/request/request-redaction.ts'
import { pythonJson } from '../domain/text/python-text.ts'
import { envOf, type WorkerRequest } from './worker-request.ts'

/** How far a test has come. */
export interface RunProgress {
  readonly running: boolean
  /** Whole seconds. */
  readonly duration: number
  readonly logtail: string
  /** What the log gained since the last message, and where in it that begins; see `teststatus`. */
  readonly output?: { readonly offset: number; readonly text: string } | undefined
}

/** What is said to `teststatus.fanout`; of a private test no more than that there is one. */
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

/** What a run came to, as its files say it: with their line breaks, as has always been sent. */
export interface RunOutcome {
  readonly exitcode: number
  readonly duration: string
  readonly requester: string | null
  /** The second word of `testpkg-version`. */
  readonly version: string
}

/** What is said once to `testcomplete.fanout`. */
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
