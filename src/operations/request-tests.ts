import type { Broker } from '../backends/broker/broker.ts'
import type { Launchpad } from '../backends/launchpad/launchpad.ts'
import type { Snapshots } from '../backends/snapshots/snapshots.ts'
import type { Requests } from '../backends/state/requests.ts'
import { planRequests } from '../domain/planned-request.ts'
import { type Refusal, readRequestForm } from '../domain/request-form.ts'
import { checkLimits, type LimitRefusal } from './check-limits.ts'
import { checkTestRequest, type RequestRules } from './check-test-request.ts'
import { type AcceptedRequest, type Asker, submitRequests } from './submit-requests.ts'

interface Deps {
  readonly launchpad: Launchpad
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly broker: Pick<Broker, 'publish' | 'depths'>
  readonly state: { readonly requests: Requests }
}

interface Rules extends RequestRules {
  /** Of one requester. */
  readonly requestsPerHour: number
}

/**
 * Takes a request for a package of the distribution as its parameters say it: checks all of it, then queues all of
 * it. What was refused is kept too. Unavailable if Launchpad or the broker is away.
 * @param query the parameters of `/request.cgi`
 * @param site the site's root, no slash at the end
 */
export async function requestTests(
  deps: Deps,
  rules: Rules,
  query: URLSearchParams,
  asker: Asker,
  site: string,
): Promise<Refusal | LimitRefusal | readonly AcceptedRequest[]> {
  const now = new Date()
  const outcome = await checkAndSubmit(deps, rules, query, asker, site, now)
  if ('lines' in outcome) {
    const asked = String(query)
    await deps.state.requests.refused({ ...asker, asked, reason: outcome.lines.join('\n'), at: now })
  }
  return outcome
}

async function checkAndSubmit(
  deps: Deps,
  rules: Rules,
  query: URLSearchParams,
  asker: Asker,
  site: string,
  now: Date,
): Promise<Refusal | LimitRefusal | readonly AcceptedRequest[]> {
  const form = readRequestForm(query, site)
  if ('lines' in form) return form
  const checked = await checkTestRequest(deps, rules, query, form, asker.requester)
  if ('lines' in checked) return checked
  const planned = planRequests(form)
  const limited = await checkLimits(deps, rules.requestsPerHour, asker, planned.length, now)
  return limited ?? submitRequests(deps, planned, asker, now)
}
