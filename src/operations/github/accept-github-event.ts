import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Github } from '../../backends/github/github.ts'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { GithubJobs } from '../../backends/state/github-jobs.ts'
import type { Requests } from '../../backends/state/requests.ts'
import {
  githubBase,
  githubEvent,
  githubPullRequest,
  LONGEST_GITHUB_EVENT,
  parseGithubEvent,
  readGithubEvent,
} from '../../contracts/api/github-event.ts'
import { Unavailable } from '../../domain/errors.ts'
import {
  checkGitNames,
  checkGitValues,
  type GitRequestForm,
  planGitRequest,
  readGitRequestForm,
} from '../../domain/request/git-request-form.ts'
import { isStatusesUrl } from '../../domain/request/github-status.ts'
import type { PlannedRequest } from '../../domain/request/planned-request.ts'
import { checkPlace, type Refusal } from '../../domain/request/request-form.ts'
import { ppaContainer } from '../../domain/run/container.ts'
import { alreadyThere, findLiveRequest } from '../requests/find-live-request.ts'

/** A POST of GitHub's to the request page. */
export interface GithubDelivery {
  /** As it came: the signature is over these bytes. */
  readonly body: Uint8Array
  readonly query: URLSearchParams
  /** The value of a header, its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** From where it came, for the audit trail. */
  readonly address: string
}

/** The answer to GitHub: a status and lines, like those of a {@link Refusal}. */
export interface GithubAnswer {
  readonly status: 200 | Refusal['status']
  readonly lines: readonly string[]
  /** What will be queued, under which uuid, if anything. */
  readonly accepted?: PlannedRequest & { readonly uuid: string }
}

interface Deps {
  readonly github: Pick<Github, 'isSigned'>
  readonly launchpad: Pick<Launchpad, 'ppaExists'>
  /** How long Launchpad may take, in milliseconds. */
  readonly launchpadMs?: number
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly state: {
    readonly githubJobs: Pick<GithubJobs, 'accept'>
    readonly requests: Pick<Requests, 'refused'>
  }
}

interface Places {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
}

interface PullRequest {
  readonly number: number
  readonly statusesUrl: string
  readonly cloneUrl: string | undefined
}

const ACTIONS: readonly (string | undefined)[] = ['opened', 'synchronize', 'reopened']
/** GitHub wants its answer soon: Launchpad may take so long, then the job is checked before it is queued. */
const LAUNCHPAD_MS = 500

const say = (status: GithubAnswer['status'], line: string): GithubAnswer => ({ status, lines: [line] })

/**
 * Answers a delivery of GitHub's webhook. Who sent it is found out before a byte of it is read. What it asks for is
 * kept when this resolves, and queued afterwards by the daemon `update-github-jobs`; a refusal of what was
 * signed is kept in the audit trail. Unavailable if the secrets or the state cannot be read.
 */
export async function acceptGithubEvent(
  deps: Deps,
  places: Places,
  delivery: GithubDelivery,
  now: Date,
): Promise<GithubAnswer> {
  const { body, query, header } = delivery
  if (body.length > LONGEST_GITHUB_EVENT) return say(400, 'GitHub event is too long')
  const signatures = { sha256: header('x-hub-signature-256'), sha1: header('x-hub-signature') }
  if (!(await deps.github.isSigned(query.get('package') ?? '', body, signatures)))
    return say(403, 'GitHub signature verification failed')
  if (header('x-github-event') === 'ping') return say(200, 'OK')
  const answer = await answerSigned(deps, places, delivery, now)
  if (answer.status !== 200) await keepRefusal(deps, delivery, answer, now)
  return answer
}

async function answerSigned(
  deps: Deps,
  places: Places,
  { body, query, header, address }: GithubDelivery,
  now: Date,
): Promise<GithubAnswer> {
  const event = parseGithubEvent(body, header('content-type'))
  if (event === undefined) return say(400, 'Malformed JSON data')
  const { action } = githubEvent.parse(event)
  if (!ACTIONS.includes(action))
    return say(200, `GitHub PR action ${action ?? '<none>'} is not relevant for testing`)
  const pull = readPullRequest(event, !query.has('build-git'))
  if ('missing' in pull) return say(400, `Missing field in JSON data: '${pull.missing}'`)

  const asked = readGitRequestForm(query)
  const form = { ...asked, buildGit: asked.buildGit ?? `${pull.cloneUrl}#refs/pull/${pull.number}/head` }
  const planned = { ...planGitRequest(form, pull), uuid: randomUUID() }
  const checked = await checkGitRequest(deps, places, form, planned)
  if (typeof checked !== 'string') return checked
  const job = {
    release: form.release,
    arch: form.arch,
    package: form.package,
    testname: form.testname ?? '',
    statusesUrl: pull.statusesUrl,
    container: ppaContainer(form.release, form.ppas.at(-1) as string),
    params: planned.params,
    address,
    uuid: planned.uuid,
    step: checked,
  }
  const outcome = await deps.state.githubJobs.accept(job, now)
  if (outcome === 'accepted') return { ...say(200, 'Test request submitted.'), accepted: planned }
  return outcome.known.step === 'ended'
    ? say(200, `GitHub PR ${pull.number} has passed this test at this commit`)
    : alreadyThere('queued', planned)
}

/** The fields in the order in which a missing one has always been told. */
function readPullRequest(event: unknown, needsClone: boolean): PullRequest | { readonly missing: string } {
  const pull = readGithubEvent(event, githubPullRequest)
  if ('missing' in pull) return pull
  const { number, pull_request } = pull.value
  // Nothing else may be put into the environment of a test
  if (!isStatusesUrl(pull_request.statuses_url)) return { missing: 'statuses_url' }
  const base = needsClone ? readGithubEvent(event, githubBase) : undefined
  if (base !== undefined && 'missing' in base) return base
  const cloneUrl = base?.value.pull_request.base.repo.clone_url
  return { number, statusesUrl: pull_request.statuses_url, cloneUrl }
}

/** A refusal, or whether all is checked or Launchpad must still be asked. */
async function checkGitRequest(
  deps: Deps,
  places: Places,
  form: GitRequestForm,
  planned: PlannedRequest,
): Promise<Refusal | 'unchecked' | 'accepted'> {
  const refusal =
    findLiveRequest(deps, [planned]) ??
    checkPlace({ release: form.release, arches: [form.arch] }, places) ??
    checkGitNames(form)
  if (refusal !== undefined) return refusal
  const missing = await findMissingPpa(deps, form.ppas)
  if (missing !== 'unknown' && missing !== undefined)
    return { status: 404, lines: [`ppa ${missing} not found`] }
  return checkGitValues(form) ?? (missing === 'unknown' ? 'unchecked' : 'accepted')
}

/** `unknown` (which is not a valid name of a PPA) if Launchpad does not answer in time. */
async function findMissingPpa(
  { launchpad, launchpadMs = LAUNCHPAD_MS }: Deps,
  ppas: readonly string[],
): Promise<string | undefined> {
  const enough = new AbortController()
  const late = sleep(launchpadMs, 'unknown', { signal: enough.signal }).catch(() => 'unknown')
  try {
    const asking = Promise.all(ppas.map(ppa => launchpad.ppaExists(ppa)))
    return await Promise.race([late, asking.then(exist => ppas[exist.indexOf(false)])])
  } catch (error) {
    if (error instanceof Unavailable) return 'unknown'
    throw error
  } finally {
    enough.abort()
  }
}

async function keepRefusal(
  { state }: Deps,
  { query, address }: GithubDelivery,
  { lines }: GithubAnswer,
  now: Date,
): Promise<void> {
  await state.requests.refused({
    requester: '',
    source: 'webhook',
    address,
    asked: query.toString(),
    reason: lines.join(' '),
    at: now,
  })
}
