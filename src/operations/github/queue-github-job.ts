import { randomUUID } from 'node:crypto'
import type { Broker } from '../../backends/broker/broker.ts'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { GithubJob, GithubJobChanges } from '../../backends/state/github-jobs.ts'
import type { Requests } from '../../backends/state/requests.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { PlannedRequest } from '../../domain/request/planned-request.ts'
import { readRequestParams } from '../../domain/request/request-params.ts'
import { submitRequests } from '../requests/submit-requests.ts'

export interface QueueDeps {
  readonly broker: Pick<Broker, 'publish' | 'depths'>
  readonly launchpad: Pick<Launchpad, 'ppaExists'>
  readonly state: { readonly requests: Pick<Requests, 'byUuid' | 'claim' | 'published' | 'failed'> }
}

/** How far a job has come, or why it never will. */
export type Queued = GithubJobChanges | { readonly hopeless: string }

/**
 * Checks what was not checked when the job was accepted, and queues a job that is not queued; only once, as its UUID
 * shows whether that was done before a crash. Throws Unavailable if a peer is unavailable: to be retried.
 */
export async function queueGithubJob(deps: QueueDeps, job: GithubJob, now: Date): Promise<Queued> {
  const missing = job.step === 'unchecked' ? await findMissingPpa(deps.launchpad, job) : undefined
  if (missing !== undefined) return { hopeless: `ppa ${missing} not found` }
  const request = await deps.state.requests.byUuid(job.uuid)
  // It was given up, and would never be sent: another one is needed
  if (request?.state === 'failed') return { step: 'accepted', uuid: randomUUID(), due: now }
  if (request?.state === 'removed') return { hopeless: 'removed from the queue' }
  if (request === undefined) await submit(deps, job, now)
  return { step: 'queued' }
}

async function findMissingPpa(
  launchpad: Pick<Launchpad, 'ppaExists'>,
  job: GithubJob,
): Promise<string | undefined> {
  for (const ppa of readRequestParams(job.params).ppas) if (!(await launchpad.ppaExists(ppa))) return ppa
  return undefined
}

async function submit(deps: QueueDeps, job: GithubJob, now: Date): Promise<void> {
  const { release, arch, params, uuid, address } = job
  const planned: PlannedRequest = {
    ...{ context: 'upstream', release, arch, package: job.package },
    ...{ params, readableBy: [], uuid },
  }
  const asker = { requester: '', source: 'webhook', address } as const
  const outcome = await submitRequests(deps, [planned], asker, now)
  // The one before failed so fast that it still counts as waiting: after some minutes it does not
  if ('lines' in outcome) throw new Unavailable('an equal request was made some minutes ago')
}
