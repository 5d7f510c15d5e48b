import type { Broker } from '../../backends/broker/broker.ts'
import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Requests } from '../../backends/state/requests.ts'
import { isFailure } from '../../domain/errors.ts'
import { queueName } from '../../domain/queue/queue-name.ts'
import { type PlannedRequest, planRequests } from '../../domain/request/planned-request.ts'
import { type Refusal, type RequestForm, readIncompleteForm } from '../../domain/request/request-form.ts'
import { findProblems, problem, type RequestProblem } from '../../domain/request/request-problems.ts'
import { checkLimits, type LimitRefusal } from './check-limits.ts'
import {
  checkPermission,
  checkPpa,
  checkPublishedPackage,
  checkPublishedTrigger,
  type Permission,
  type RequestRules,
} from './check-test-request.ts'
import { findEqualRequest } from './find-live-request.ts'

/** Launchpad is asked about this many values at once, and checking stops when this many problems are known. */
const AT_ONCE = 8
const ENOUGH = 20

/** What would become of a request. */
export interface RequestPreview {
  /** All of its form at once; what Launchpad says only once there are none of those. */
  readonly problems: readonly RequestProblem[]
  /** One for each architecture; none while the form has problems. */
  readonly tests: readonly PreviewedTest[]
  /** Undefined if it was not checked: nobody is logged in, or there are problems. */
  readonly permission: Permission | Refusal | undefined
  readonly limited: LimitRefusal | undefined
  /** Whether something did not answer, so that this is not all there is to say. */
  readonly isPartial: boolean
}

export interface PreviewedTest {
  readonly planned: PlannedRequest
  readonly queue: string
  /** An equal one is there already. */
  readonly live: 'running' | 'queued' | undefined
  /** Whether anything consumes the queue; undefined if the broker did not say. */
  readonly isConsumed: boolean | undefined
}

export interface PreviewDeps {
  readonly launchpad: Launchpad
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly broker: Pick<Broker, 'depths'>
  readonly state: { readonly requests: Pick<Requests, 'countSince'> }
}

export interface PreviewRules extends RequestRules {
  /** Of one requester. */
  readonly requestsPerHour: number
}

/**
 * Runs the checks of a request without queueing anything, and returns everything that they find. Launchpad is only
 * asked for users who are logged in.
 * @param query the parameters of `/request.cgi`
 * @param asker undefined for a stranger
 */
export async function previewTestRequest(
  deps: PreviewDeps,
  rules: PreviewRules,
  query: URLSearchParams,
  asker: { readonly requester: string; readonly address: string } | undefined,
  now: Date,
): Promise<RequestPreview> {
  const ofForm = findProblems(query, rules)
  if (ofForm.length > 0) {
    return { problems: ofForm, tests: [], permission: undefined, limited: undefined, isPartial: false }
  }
  const form = readIncompleteForm(query)
  const planned = planRequests(form)
  const depths = await unlessAway(deps.broker.depths(planned.map(queueName)))
  const tests = planned.map(one => previewTest(deps, one, depths))
  const isPartial = depths === undefined
  if (asker === undefined)
    return { problems: [], tests, permission: undefined, limited: undefined, isPartial }
  const said = await unlessAway(askLaunchpad(deps.launchpad, rules, form, asker.requester))
  const limited = await checkLimits(deps, rules.requestsPerHour, asker, planned.length, now)
  const { problems = [], permission } = said ?? {}
  return { problems, tests, permission, limited, isPartial: isPartial || said === undefined }
}

/** Whether all of it would be queued if it were asked for now. */
export function wouldBeQueued({ problems, tests, permission, limited, isPartial }: RequestPreview): boolean {
  const isFree = tests.every(test => test.live === undefined && test.isConsumed === true)
  const isAllowed = permission !== undefined && 'because' in permission
  return (
    problems.length === 0 && tests.length > 0 && isFree && isAllowed && limited === undefined && !isPartial
  )
}

function previewTest(
  deps: Pick<PreviewDeps, 'snapshots'>,
  planned: PlannedRequest,
  depths: Awaited<ReturnType<Broker['depths']>> | undefined,
): PreviewedTest {
  const queue = queueName(planned)
  const live = findEqualRequest(deps, [planned])?.how
  return { planned, queue, live, isConsumed: depths && depths.get(queue) !== undefined }
}

async function askLaunchpad(
  launchpad: Launchpad,
  rules: RequestRules,
  form: RequestForm,
  requester: string,
): Promise<Pick<RequestPreview, 'problems' | 'permission'>> {
  const questions: (() => Promise<RequestProblem[]>)[] = [
    async () => problem('package', await checkPublishedPackage(launchpad, form)),
    ...form.ppas.map(ppa => async () => problem('ppa', await checkPpa(launchpad, ppa), ppa)),
    ...form.triggers.map(
      trigger => async () =>
        problem('trigger', await checkPublishedTrigger(launchpad, form, trigger), trigger),
    ),
  ]
  const problems: RequestProblem[] = []
  for (let at = 0; at < questions.length && problems.length < ENOUGH; at += AT_ONCE) {
    const answers = await Promise.all(questions.slice(at, at + AT_ONCE).map(ask => ask()))
    problems.push(...answers.flat())
  }
  if (problems.length > 0) return { problems, permission: undefined }
  return { problems, permission: await checkPermission(launchpad, rules, form, requester) }
}

/** Undefined if the peer does not answer. */
async function unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isFailure(error) && error.kind === 'unavailable') return undefined
    throw error
  }
}
