import type { Broker } from '../../backends/broker/broker.ts'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import { REFUSALS_PER_HOUR, type Requests } from '../../backends/state/requests.ts'
import { messageOf, Unavailable } from '../../domain/errors.ts'
import { planRequests } from '../../domain/request/planned-request.ts'
import { type Refusal, readRequestForm } from '../../domain/request/request-form.ts'
import type { Log } from '../../log.ts'
import { checkLimits, type LimitRefusal, limitRefusal, limitsOf } from './check-limits.ts'
import { checkTestRequest, type RequestRules } from './check-test-request.ts'
import { type AcceptedRequest, type Asker, NotQueued, submitRequests } from './submit-requests.ts'

interface Deps {
  readonly launchpad: Launchpad
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly broker: Pick<Broker, 'publish' | 'depths'>
  readonly state: { readonly requests: Requests }
  readonly log: Log
}

const HOUR_S = 3600

interface TestRequestRules extends RequestRules {
  /** Of one requester. */
  readonly requestsPerHour: number
}

/**
 * Takes a request for a package of the distribution as its parameters say it: checks all of it, then queues all of
 * it. What was refused is kept too. A refusal with status 503 if Launchpad or the broker is unavailable.
 * @param query the parameters of `/request.cgi`
 * @param site the site's root, no slash at the end
 */
export async function requestTests(
  deps: Deps,
  rules: TestRequestRules,
  query: URLSearchParams,
  asker: Asker,
  site: string,
): Promise<Refusal | LimitRefusal | readonly AcceptedRequest[]> {
  const now = new Date()
  const hourAgo = new Date(now.getTime() - 60 * 60_000)
  // Checked before anything costly, as scripts keep repeating requests that are refused
  const refusals = await deps.state.requests.countRefusals(asker.requester, hourAgo).catch(orUncounted)
  if (refusals >= REFUSALS_PER_HOUR) return limitRefusal(asker.requester, HOUR_S)
  const outcome = await checkAndSubmit(deps, rules, query, asker, site, now)
  if ('lines' in outcome) {
    const asked = String(query)
    const refused = { ...asker, asked, reason: outcome.lines.join('\n'), at: now }
    await deps.state.requests.refused(refused).catch(orUnkept(deps.log))
  }
  return outcome
}

async function checkAndSubmit(
  deps: Deps,
  rules: TestRequestRules,
  query: URLSearchParams,
  asker: Asker,
  site: string,
  now: Date,
): Promise<Refusal | LimitRefusal | readonly AcceptedRequest[]> {
  const form = readRequestForm(query, site)
  if ('lines' in form) return form
  const checked = await checkTestRequest(deps, rules, query, form, asker.requester).catch(
    orAway(deps.log, 'Launchpad does not answer, so nothing was queued. Please try again later.'),
  )
  if ('lines' in checked) return checked
  const planned = planRequests(form)
  const limited = await checkLimits(deps, rules.requestsPerHour, asker, planned.length, now)
  if (limited !== undefined) return limited
  const limits = limitsOf(rules.requestsPerHour, asker, now)
  return submitRequests(deps, planned, asker, now, limits).catch(
    orAway(deps.log, 'The queues cannot be reached. Please try again later.'),
  )
}

/** Where the database is unavailable, the request itself says so. */
function orUncounted(error: unknown): number {
  if (!(error instanceof Unavailable)) throw error
  return 0
}

/** The requester is told the reason, even if it cannot be recorded. */
function orUnkept(log: Log): (error: unknown) => void {
  return error => {
    if (!(error instanceof Unavailable)) throw error
    log.warn({ err: messageOf(error) }, 'a refused request could not be recorded')
  }
}

/** Turns the absence of a peer into a refusal that says so. What the peer said is for the log alone. */
function orAway(log: Log, line: string): (error: unknown) => Refusal {
  return error => {
    if (!(error instanceof Unavailable)) throw error
    log.warn({ err: error }, 'a request could not be accepted')
    return { status: 503, lines: [error instanceof NotQueued ? error.message : line] }
  }
}
