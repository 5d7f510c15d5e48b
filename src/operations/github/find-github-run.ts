import type { GithubJob } from '../../backends/state/github-jobs.ts'
import type { Requests } from '../../backends/state/requests.ts'
import type { Store } from '../../backends/store/store.ts'
import type { ResultTar } from '../../contracts/files/result-tar.ts'
import { parseRunDirectory } from '../../domain/run/container.ts'
import { endsInDigits, runIdTime } from '../../domain/run/run-id.ts'
import { packagePrefix, type RunKey } from '../../domain/test/test.ts'
import { listEntries } from '../../queries/runs/listed-entries.ts'
import { storedResult } from '../../queries/runs/stored-result.ts'

interface Deps {
  readonly store: Pick<Store, 'get' | 'list'>
  readonly requests: Pick<Requests, 'byUuid'>
}

/** A run that completes a job, and its outcome. */
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
 * Whether a run is the one that a job waits for. Its result tells where its status goes; where the run died before
 * it could, the digits of its run id, which come of the message that we queued, do.
 * @param digits those of the job's request
 * @param testname the one test that was run, where the result does not tell
 */
export function answersJob(
  job: GithubJob,
  digits: string | undefined,
  run: RunKey,
  result: ResultTar | undefined,
  testname: string,
): boolean {
  const isOurs = hasDigits(run, digits)
  const statusesUrl = result?.environment.get('GITHUB_STATUSES_URL')
  if (statusesUrl === undefined) return isOurs
  if (statusesUrl !== job.statusesUrl) return false
  const told = result?.testinfo?.testname
  const isSameTest = (typeof told === 'string' ? told : testname) === job.testname
  return isOurs || (isSameTest && (runIdTime(run.runId) ?? 0) >= job.accepted.getTime())
}

const hasDigits = ({ runId }: RunKey, digits: string | undefined): boolean =>
  digits !== undefined && endsInDigits(runId, digits)

/**
 * Looks into the store for the run that a job waits for: its completion may have been missed. Only runs of
 * this test since the job was accepted are listed.
 */
export async function findGithubRun(
  { store, requests }: Deps,
  job: GithubJob,
): Promise<GithubRun | undefined> {
  const prefix = `${job.release}/${job.arch}/${packagePrefix(job.package)}/${job.package}/`
  const since = new Date(job.accepted.getTime() - SLACK_MS)
  const marker = prefix + since.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
  const asked = { prefix, delimiter: '@', marker, hashes: false }
  const listed = await listEntries(store, job.container, asked, LISTED)
  const runs = (listed?.entries ?? []).flatMap(entry =>
    'subdir' in entry ? (parseRunDirectory(entry.subdir) ?? []) : [],
  )
  const digits = (await requests.byUuid(job.uuid))?.runIdSuffix
  const likely = runs.filter(run => hasDigits(run, digits))
  for (const run of [...likely, ...runs.filter(one => !likely.includes(one))].slice(0, READ)) {
    const result = await storedResult(store, job.container, run)
    if (result !== undefined && answersJob(job, digits, run, result, '')) {
      return { runId: run.runId, exitcode: result.exitcode }
    }
  }
  return undefined
}
