import type { Github } from '../../backends/github/github.ts'
import type { GithubJob, GithubJobChanges, GithubJobs } from '../../backends/state/github-jobs.ts'
import type { Store } from '../../backends/store/store.ts'
import { isFailure, messageOf } from '../../domain/errors.ts'
import { githubOutcomeOf } from '../../domain/run/verdict.ts'
import { doublingMs } from '../../domain/time/backoff.ts'
import type { Log } from '../../log.ts'
import { findGithubRun } from './find-github-run.ts'
import { type QueueDeps, type Queued, queueGithubJob } from './queue-github-job.ts'
import { reportGithubJob } from './report-github-job.ts'

interface Deps extends QueueDeps {
  readonly github: Pick<Github, 'postStatus'>
  readonly store: Pick<Store, 'get' | 'list' | 'access'>
  readonly state: QueueDeps['state'] & { readonly githubJobs: GithubJobs }
  readonly log: Log
}

/** Jobs of one call, all at once. */
const SOME = 8
/** For how many seconds they are claimed. Doing it twice would do no harm. */
export const LEASE_S = 20
const FIRST_RETRY_MS = 10_000
const LONGEST_RETRY_MS = 3_600_000
/** What could not be queued for so long is given up. */
const GRACE_PERIOD_MS = 24 * 3_600_000
/** A run is looked for in the store after so long, then more and more seldom: completions tell of nearly all. */
const FIRST_SEARCH_MS = 10 * 60_000
const LONGEST_SEARCH_MS = 6 * 3_600_000

/**
 * Does what there is to do for the jobs of GitHub's that are due: queues them, says to GitHub how they fare, looks
 * for the runs that may have been missed. What fails is tried again later, less and less often. True if there
 * is more.
 */
export async function advanceGithubJobs(deps: Deps, baseUrl: string, now: Date): Promise<boolean> {
  const jobs = await deps.state.githubJobs.takeDue(SOME, LEASE_S, now)
  const ended = await Promise.all(jobs.map(job => advance(deps, baseUrl, job, now)))
  return jobs.length === SOME || ended.includes(true)
}

/**
 * Whether it could be queued and whether GitHub can be told of it have nothing to do with each other. True if the job
 * has ended now, and is due again.
 */
async function advance(deps: Deps, baseUrl: string, job: GithubJob, now: Date): Promise<boolean> {
  const { githubJobs } = deps.state
  const queued = await proceed(deps, job, now)
  if ('hopeless' in queued) {
    return githubJobs.end(job, { outcome: 'error', reason: queued.hopeless }, now)
  }
  if ('run' in queued) {
    const outcome = githubOutcomeOf(queued.run.exitcode)
    return githubJobs.end(job, { outcome, runId: queued.run.runId }, now)
  }
  const report = await reportGithubJob(deps, job, baseUrl)
  const changes: GithubJobChanges = {
    ...('failed' in queued ? {} : queued),
    ...('failed' in report ? {} : report),
  }
  const reason = 'failed' in queued ? queued.failed : 'failed' in report ? report.failed : undefined
  const notBefore = 'failed' in report ? report.notBefore : undefined
  const when =
    reason === undefined
      ? { due: nextSearch(job, now), failures: 0 }
      : {
          due:
            notBefore ??
            new Date(now.getTime() + doublingMs(job.failures + 1, FIRST_RETRY_MS, LONGEST_RETRY_MS)),
          // A request to wait is not a failure
          failures: notBefore === undefined ? job.failures + 1 : job.failures,
        }
  if (reason !== undefined) {
    const { statusesUrl } = job
    deps.log.warn({ statusesUrl, reason, due: when.due }, 'a GitHub job has to wait')
  }
  const isCurrent = await githubJobs.update(job, { ...when, ...changes })
  if (!isCurrent && job.step !== 'ended') await githubJobs.tellAgain(job, now)
  return false
}

type Progress = Queued | { readonly run: { readonly runId: string; readonly exitcode: number } }

/** Takes a job as far as it can be taken now; what fails is said. */
async function proceed(
  deps: Deps,
  job: GithubJob,
  now: Date,
): Promise<Progress | { readonly failed: string }> {
  if (job.step === 'ended') return {}
  try {
    const queued = await queueGithubJob(deps, job, now)
    // What was queued just now has no result yet
    if ('hopeless' in queued || job.step !== 'queued' || queued.step !== 'queued') return queued
    if ((await deps.store.access(job.container)) !== 'public') return {}
    const run = await findGithubRun({ store: deps.store, requests: deps.state.requests }, job)
    return run === undefined ? {} : { run }
  } catch (error) {
    if (!isFailure(error)) deps.log.error({ err: error, statusesUrl: job.statusesUrl }, 'a GitHub job failed')
    const isTooOld = job.step !== 'queued' && now.getTime() - job.accepted.getTime() > GRACE_PERIOD_MS
    return isTooOld ? { hopeless: messageOf(error) } : { failed: messageOf(error) }
  }
}

function nextSearch({ step, accepted }: GithubJob, now: Date): Date | null {
  if (step === 'ended') return null
  const age = now.getTime() - accepted.getTime()
  return new Date(now.getTime() + Math.min(LONGEST_SEARCH_MS, Math.max(FIRST_SEARCH_MS, age / 2)))
}
