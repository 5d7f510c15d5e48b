import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import { humanDuration } from '../../domain/run/duration.ts'
import { isAllProposed, type Run } from '../../domain/run/run.ts'
import { humanDate } from '../../domain/run/run-id.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'

/** One run in `recent.json`; the keys are in alphabetical order, as they have always been. */
export interface RecentRun {
  readonly additional_params: string | null
  readonly all_proposed: boolean
  readonly arch: string
  readonly code: string
  readonly human_date: string
  readonly human_sec: string
  readonly package: string
  readonly release: string
  readonly requester: string | null
  readonly run_id: string
  readonly show_retry: boolean
  readonly triggers: string
  /** The run's directory, without a slash at the end. */
  readonly url: string
  readonly version: string
}

/** @param externalSwiftUrl the public address of the containers, without a slash at the end */
export function recentRun(run: Run, externalSwiftUrl: string): RecentRun {
  const verdict = verdictOf(run.exitcode)
  return {
    additional_params: run.env,
    all_proposed: isAllProposed(run),
    arch: run.arch,
    code: verdict,
    human_date: humanDate(run.runId),
    human_sec: humanDuration(run.duration),
    package: run.package,
    release: run.release,
    requester: run.requester,
    run_id: run.runId,
    show_retry: isRetryable(verdict),
    triggers: run.triggers ?? '',
    url: `${externalSwiftUrl}/${distributionContainer(run.release)}/${runDirectory(run)}`,
    version: run.version ?? '',
  }
}
