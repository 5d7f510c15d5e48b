import type { NewRequest, SubmittedRequest } from '../../src/backends/state/requests.ts'
import { messageBody } from '../../src/operations/requests/submit-requests.ts'
import { aRequest } from '../builders/request.ts'
import type { Site } from './site.ts'

/** A request of joe's for gzip on noble/amd64 that the broker has confirmed, with its message as it was sent. */
export async function aSubmitted(
  site: Site,
  changes: Partial<NewRequest> = {},
  params: Readonly<Record<string, unknown>> = {},
  at = new Date(),
): Promise<SubmittedRequest> {
  const claimed = await aClaimed(site, changes, params, at)
  await site.web.state.requests.published(claimed.uuid, at)
  return (await site.web.state.requests.byUuid(claimed.uuid)) as SubmittedRequest
}

/** The same, of which nobody knows whether the broker has it. */
export async function aClaimed(
  site: Site,
  changes: Partial<NewRequest> = {},
  params: Readonly<Record<string, unknown>> = {},
  at = new Date(),
): Promise<SubmittedRequest> {
  const made = aRequest(changes)
  const { uuid, requester } = made
  const body = messageBody(made.package, { requester, triggers: ['gzip/1.12-1'], uuid, ...params })
  await site.web.state.requests.claim([{ ...made, body }], 60, at)
  return (await site.web.state.requests.byUuid(uuid)) as SubmittedRequest
}

/** The id of a run that answers a request, a minute after it. */
export function runIdOf({ submitted, runIdSuffix }: SubmittedRequest, minutes = 1): string {
  const time = new Date(submitted.getTime() + minutes * 60_000).toISOString().slice(0, 19)
  return `${time.replace(/[-:]/g, '').replace('T', '_')}_${runIdSuffix}@`
}
