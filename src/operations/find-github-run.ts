import type { GithubJob } from '../backends/state/github-jobs.ts'
import type { Requests } from '../backends/state/requests.ts'
import type { Store } from '../backends/store/store.ts'
import { type ResultTar, readResultTar } from '../contracts/result-tar.ts'
import { parseRunDirectory, runDirectory } from '../domain/container.ts'
import { BadInput } from '../domain/errors.ts'
import { runIdTime } from '../domain/run-id.ts'
import { packagePrefix, type RunKey } from '../domain/test.ts'

interface Deps {
  readonly store: Pick<Store, 'get' | 'list'>
  readonly requests: Pick<Requests, 'byUuid'>
}

/** A run that answers a job, and what came of it. */
export interface GithubRun {
  readonly runId: string
  readonly exitcode: number
}

/** Runs since a job was accepted that are listed, and those among them that are looked into. */
const LISTED = 1000
const READ = 50
/** Clocks of machines may differ by so much. */
const SLACK_MS = 5 * 60_000

/**
 * What a run came to if it was the one that a job waits for; undefined if it was another. Its `result.tar` tells
 * where its status goes; where the run died before it could, the digits of its run id, which come of the message
 * that we queued, do.
 */
export async function matchGithubRun(
  { store, requests }: Deps,
  job: GithubJob,
  run: RunKey,
  said: { readonly exitcode?: number; readonly testname?: string } = {},
): Promise<GithubRun | undefined> {
  const isOurs = run.runId.endsWith(`_${(await requests.byUuid(job.uuid))?.runIdSuffix}@`)
  if (!isOurs && (runIdTime(run.runId) ?? 0) < job.accepted.getTime()) return undefined
  const result = await readResult(store, job.container, run)
  const exitcode = said.exitcode ?? result?.exitcode
  if (exitcode === undefined) return undefined
  const statusesUrl = result?.environment.get('GITHUB_STATUSES_URL')
  const isAnswer =
    statusesUrl === undefined
      ? isOurs
      : statusesUrl === job.statusesUrl && (isOurs || testnameOf(result, said.testname) === job.testname)
  return isAnswer ? { runId: run.runId, exitcode } : undefined
}

function testnameOf(result: ResultTar | undefined, said: string | undefined): string {
  const told = result?.testinfo?.testname
  return typeof told === 'string' ? told : (said ?? '')
}

/** Undefined for one that is not there or cannot be read. */
async function readResult(
  store: Pick<Store, 'get'>,
  container: string,
  run: RunKey,
): Promise<ResultTar | undefined> {
  const tar = await store.get(container, `${runDirectory(run)}/result.tar`)
  if (tar === undefined) return undefined
  try {
    return await readResultTar(tar.body)
  } catch (error) {
    if (error instanceof BadInput) return undefined
    throw error
  } finally {
    tar.body.destroy()
  }
}

/**
 * Looks into the store for the run that a job waits for: its completion may have been missed. Only runs of
 * this test since the job was accepted are listed.
 */
export async function findGithubRun(deps: Deps, job: GithubJob): Promise<GithubRun | undefined> {
  const prefix = `${job.release}/${job.arch}/${packagePrefix(job.package)}/${job.package}/`
  const since = new Date(job.accepted.getTime() - SLACK_MS)
  const marker = prefix + since.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
  const entries = await deps.store.list(job.container, { prefix, delimiter: '@', marker, limit: LISTED })
  const runs = (entries ?? []).flatMap(entry =>
    'subdir' in entry ? (parseRunDirectory(entry.subdir) ?? []) : [],
  )
  for (const run of runs.slice(0, READ)) {
    const found = await matchGithubRun(deps, job, run)
    if (found !== undefined) return found
  }
  return undefined
}
