import type { Github } from '../../backends/github/github.ts'
import type { GithubJob } from '../../backends/state/github-jobs.ts'
import { type GithubState, type GithubStatus, githubContext } from '../../domain/request/github-status.ts'
import { encodeName, runLogPath } from '../../domain/run/public-path.ts'
import type { Log } from '../../log.ts'

interface Deps {
  readonly github: Pick<Github, 'postStatus'>
  readonly log: Log
}

export type GithubReport =
  | { readonly reported: GithubState }
  | { readonly failed: string; readonly notBefore: Date | undefined }

/** Failures in a row after which a status is not posted to GitHub: that is most of a day. */
const MOST_FAILURES = 30

/** Says to GitHub how a job fares, if it was not told before. What it will never hear counts as told. */
export async function reportGithubJob(deps: Deps, job: GithubJob, baseUrl: string): Promise<GithubReport> {
  const state = job.outcome ?? 'pending'
  if (job.reported === state) return { reported: state }
  const answer = await deps.github.postStatus(job.package, job.statusesUrl, statusOf(job, state, baseUrl))
  if (answer.answer === 'posted') return { reported: state }
  const { reason } = answer
  if (answer.answer === 'failed' && job.failures < MOST_FAILURES)
    return { failed: reason, notBefore: answer.notBefore }
  deps.log.warn(
    { statusesUrl: job.statusesUrl, package: job.package, state, reason },
    'a status is not posted to GitHub',
  )
  return { reported: state }
}

function statusOf(job: GithubJob, state: GithubState, baseUrl: string): GithubStatus {
  return {
    state,
    context: githubContext(job, job.testname),
    description: descriptionOf(job, state),
    targetUrl: `${baseUrl}${pathOf(job)}`,
  }
}

function descriptionOf({ reason }: GithubJob, state: GithubState): string {
  if (state === 'pending') return 'autopkgtest running'
  return reason === undefined
    ? `autopkgtest finished (${state})`
    : `autopkgtest could not be queued: ${reason}`
}

function pathOf(job: GithubJob): string {
  return job.runId === undefined
    ? `/running#pkg-${encodeName(job.package)}`
    : runLogPath(job.container, { ...job, runId: job.runId })
}
