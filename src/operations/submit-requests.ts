import { createHash, randomUUID } from 'node:crypto'
import type { Broker } from '../backends/broker/broker.ts'
import type { NewRequest, Requests, Source } from '../backends/state/requests.ts'
import { messageOf, Unavailable } from '../domain/errors.ts'
import { fingerprintOf, type PlannedRequest } from '../domain/planned-request.ts'
import { pythonJson } from '../domain/python-text.ts'
import { queueName } from '../domain/queue-name.ts'
import type { Refusal } from '../domain/request-form.ts'
import { alreadyThere } from './find-live-request.ts'

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
 * Queues what was checked, one message for each planned request. They are claimed first, so that of two
 * equal requests made at the same moment, on whatever website, one is queued. Unavailable if the broker does not
 * confirm all of them: those that it did not are given up, and the message says which.
 */
export async function submitRequests(
  { broker, state }: Deps,
  planned: readonly PlannedRequest[],
  asker: Asker,
  now: Date,
): Promise<Refusal | readonly NewRequest[]> {
  const requests = planned.map(one => makeRequest(one, asker, now))
  await checkQueues(broker, requests)
  const claim = await state.requests.claim(requests, WINDOW_S, now)
  if (claim !== 'claimed') {
    const { fingerprint } = claim.equal
    return alreadyThere(
      'queued',
      planned[requests.findIndex(one => one.fingerprint === fingerprint)] as PlannedRequest,
    )
  }
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

/** The parameters are sorted by name, as the request page has always sent them: the bytes are hashed. */
function makeRequest(planned: PlannedRequest, asker: Asker, now: Date): NewRequest {
  const uuid = randomUUID()
  const params = {
    ...planned.params,
    requester: asker.requester,
    'submit-time': `${now.toISOString().slice(0, 19).replace('T', ' ')}+0000`,
    uuid,
  }
  return {
    uuid,
    context: planned.context,
    release: planned.release,
    arch: planned.arch,
    package: planned.package,
    fingerprint: createHash('sha256').update(fingerprintOf(planned)).digest('hex'),
    body: `${planned.package}\n${pythonJson(sortKeys(params))}`,
    requester: asker.requester,
    readableBy: planned.readableBy,
    source: asker.source,
    address: asker.address,
  }
}

const sortKeys = (params: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1)))
