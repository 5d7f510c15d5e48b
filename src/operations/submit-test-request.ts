import { createHash, randomUUID } from 'node:crypto'
import type { Broker } from '../backends/broker/broker.ts'
import type { NewRequest, Requests, Source } from '../backends/state/requests.ts'
import { messageOf, Unavailable } from '../domain/errors.ts'
import { pythonJson } from '../domain/python-text.ts'
import { queueName } from '../domain/queue-name.ts'
import type { Refusal, RequestForm } from '../domain/request-form.ts'
import { alreadyThere, fingerprintOf } from './check-test-request.ts'

/** For how long a published request stands in the way of an equal one, in seconds: then live state knows it. */
const WINDOW_S = 10 * 60

/** Who asks, and from where: for the audit trail. */
export interface Asker {
  readonly requester: string
  readonly source: Source
  readonly address: string
}

interface Deps {
  readonly broker: Pick<Broker, 'publish' | 'depths'>
  readonly state: { readonly requests: Pick<Requests, 'claim' | 'published' | 'failed'> }
}

/**
 * Queues a request that was checked, one message for each architecture. They are claimed first, so that of two
 * equal requests made at the same moment, on whatever website, one is queued. Unavailable if the broker does not
 * confirm all of them: those that it did not are given up, and the message says which.
 */
export async function submitTestRequest(
  { broker, state }: Deps,
  form: RequestForm,
  asker: Asker,
  now: Date,
): Promise<Refusal | readonly NewRequest[]> {
  const requests = form.arches.map(arch => makeRequest(form, arch, asker, now))
  await checkQueues(broker, requests)
  const claim = await state.requests.claim(requests, WINDOW_S, now)
  if (claim !== 'claimed') return alreadyThere('queued', form, claim.equal.arch)
  const lost: string[] = []
  for (const request of requests) {
    try {
      await broker.publish(queueName(request), request.body)
      await state.requests.published(request.uuid, now)
    } catch (error) {
      await state.requests.failed(request.uuid, messageOf(error))
      lost.push(`${request.release}/${request.arch}`)
    }
  }
  if (lost.length > 0)
    throw new Unavailable(`not queued, as the broker did not confirm it: ${lost.join(', ')}`)
  return requests
}

/** A queue that does not exist has no worker: better said before anything is claimed. */
async function checkQueues(broker: Pick<Broker, 'depths'>, requests: readonly NewRequest[]): Promise<void> {
  const depths = await broker.depths(requests.map(queueName))
  const missing = requests.find(request => depths.get(queueName(request)) === undefined)
  if (missing !== undefined) throw new Unavailable(`nothing consumes ${missing.release}/${missing.arch}`)
}

function makeRequest(form: RequestForm, arch: string, asker: Asker, now: Date): NewRequest {
  const uuid = randomUUID()
  return {
    uuid,
    context: form.ppas.length > 0 ? 'ppa' : 'ubuntu',
    release: form.release,
    arch,
    package: form.package,
    fingerprint: createHash('sha256').update(fingerprintOf(form, arch)).digest('hex'),
    body: `${form.package}\n${pythonJson(paramsOf(form, asker.requester, uuid, now))}`,
    requester: asker.requester,
    readableBy: form.readableBy?.split(/\s+/).filter(Boolean) ?? [],
    source: asker.source,
    address: asker.address,
  }
}

/** The parameters in the order of their names, as the request page has always sent them: the bytes are hashed. */
function paramsOf(form: RequestForm, requester: string, uuid: string, now: Date): Record<string, unknown> {
  return {
    ...(form.allProposed ? { 'all-proposed': '1' } : {}),
    ...(form.ppas.length > 0 ? { ppas: form.ppas } : {}),
    ...(form.readableBy === undefined ? {} : { 'readable-by': form.readableBy }),
    requester,
    'submit-time': `${now.toISOString().slice(0, 19).replace('T', ' ')}+0000`,
    triggers: form.triggers,
    uuid,
  }
}
