import type { GithubJob, GithubJobs } from '../../backends/state/github-jobs.ts'
import type { Requests } from '../../backends/state/requests.ts'
import type { Store } from '../../backends/store/store.ts'
import type { ResultTar } from '../../contracts/files/result-tar.ts'
import type { Testcomplete } from '../../contracts/messages/testcomplete.ts'
import { Unavailable } from '../../domain/errors.ts'
import { distributionContainer, parseRunDirectory, runDirectory } from '../../domain/run/container.ts'
import { githubOutcomeOf } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'
import type { Log } from '../../log.ts'
import { storedResult } from '../../queries/runs/stored-result.ts'
import { answersJob } from './find-github-run.ts'

interface Deps {
  readonly store: Pick<Store, 'get' | 'access'>
  readonly state: {
    readonly githubJobs: Pick<GithubJobs, 'open' | 'end' | 'update'>
    readonly requests: Pick<Requests, 'byUuid'>
  }
  readonly log: Log
}

/** `other`: of a test that GitHub did not ask for, or a private one; `later`: the store could not be read. */
export type GithubRecorded = 'recorded' | 'other' | 'later'

const LATER_MS = 60_000

/**
 * Ends the jobs of GitHub's that these completions answer. The store is read only for runs of a test, in a
 * container, that a job waits for; what is private is left alone.
 */
export async function recordGithubCompletions(
  messages: readonly Testcomplete[],
  deps: Deps,
  now: Date,
): Promise<GithubRecorded[]> {
  const recorded: GithubRecorded[] = []
  for (const message of messages) recorded.push(await recordOne(message, deps, now))
  return recorded
}

async function recordOne(message: Testcomplete, deps: Deps, now: Date): Promise<GithubRecorded> {
  const { release, architecture: arch, container, exitcode, env } = message
  const run = parseRunDirectory(message.swift_dir)
  const test = { release, arch, package: message.package }
  if (!container.startsWith(`${distributionContainer(release)}-`) || !isRunOf(run, test, message.swift_dir))
    return 'other'
  const jobs = (await deps.state.githubJobs.open(test)).filter(job => job.container === container)
  if (jobs.length === 0) return 'other'
  try {
    if ((await deps.store.access(container)) !== 'public') return 'other'
    const result = await storedResult(deps.store, container, run)
    const [, testname = ''] = /(?:^|,)testname=([^,]*)/.exec(env) ?? []
    const job = await findAnswered(deps, jobs, run, result, testname)
    if (job === undefined) return 'other'
    await deps.state.githubJobs.end(job, { outcome: githubOutcomeOf(exitcode), runId: run.runId }, now)
    logEnd(deps.log, job, run.runId)
    return 'recorded'
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    // Other jobs need not wait for an unavailable store
    const due = new Date(now.getTime() + LATER_MS)
    for (const job of jobs) if (job.step === 'queued') await deps.state.githubJobs.update(job, { due })
    return 'later'
  }
}

async function findAnswered(
  { state }: Deps,
  jobs: readonly GithubJob[],
  run: RunKey,
  result: ResultTar | undefined,
  testname: string,
): Promise<GithubJob | undefined> {
  for (const job of jobs) {
    const digits = (await state.requests.byUuid(job.uuid))?.runIdSuffix
    if (answersJob(job, digits, run, result, testname)) return job
  }
  return undefined
}

function isRunOf(run: RunKey | undefined, test: Omit<RunKey, 'runId'>, folder: string): run is RunKey {
  return run !== undefined && folder === runDirectory({ ...test, runId: run.runId })
}

function logEnd(log: Log, job: GithubJob, runId: string): void {
  const { release, arch, package: name, statusesUrl } = job
  log.info({ release, arch, package: name, runId, statusesUrl }, 'a test that GitHub asked for has ended')
}
