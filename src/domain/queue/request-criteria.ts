import { requestFingerprint } from '../request/request-fingerprint.ts'
import type { QueuedRequest } from '../request/request-params.ts'
import { MIGRATION_REFERENCE, parseTrigger } from '../trigger/trigger.ts'
import { compareVersions } from '../version/version-order.ts'
import type { QueueKey } from './queue-name.ts'

/** Criteria that select waiting requests: those that match each given criterion, in one of its values. */
export interface RequestCriteria {
  readonly packages?: readonly string[]
  /** `source/version`, or a source for any version. */
  readonly triggers?: readonly string[]
  readonly requesters?: readonly string[]
  /** Requests with one of these uuids, whatever else they ask for. */
  readonly uuids?: readonly string[]
  /** Requested before this time (milliseconds since 1970); a request without a time is not selected. */
  readonly before?: number
  /** All but the oldest of the requests in one queue that ask for the same run. */
  readonly duplicates?: boolean
  /** Requests of which every trigger is older than the archive's version. */
  readonly obsolete?: boolean
}

/** No archive has a longer version, and comparing takes time. */
const LONGEST_VERSION = 300

/** Whether there is any criterion; without one every request would be selected. */
export function isSelective(criteria: RequestCriteria): boolean {
  const { duplicates, obsolete, ...others } = criteria
  return Boolean(duplicates || obsolete || Object.values(others).some(value => value !== undefined))
}

/**
 * Makes the function that judges the requests of one queue; it has to be called with each request once, the
 * oldest first. `versions` are the newest of the release in the archive, by source package.
 */
export function requestJudge(
  criteria: RequestCriteria,
  queue: QueueKey,
  versions: ReadonlyMap<string, string>,
): (request: QueuedRequest) => boolean {
  const seen = new Set<string>()
  const isRepeated = (request: QueuedRequest): boolean => {
    const print = requestFingerprint({
      release: queue.release,
      arch: queue.arch,
      package: request.package,
      ...request.params,
    })
    if (seen.has(print)) return true
    seen.add(print)
    return false
  }
  return request => {
    // Called for each request, as the first of several equal ones is only known if it was passed
    const repeated = criteria.duplicates === true && isRepeated(request)
    return (criteria.duplicates !== true || repeated) && isMeant(criteria, request, versions)
  }
}

function isMeant(
  { packages, triggers, requesters, uuids, before, obsolete }: RequestCriteria,
  { package: name, params }: QueuedRequest,
  versions: ReadonlyMap<string, string>,
): boolean {
  return (
    (packages === undefined || packages.includes(name)) &&
    (triggers === undefined || params.triggers.some(trigger => names(triggers, trigger))) &&
    (requesters === undefined || (params.requester !== undefined && requesters.includes(params.requester))) &&
    (uuids === undefined || (params.uuid !== undefined && uuids.includes(params.uuid))) &&
    (before === undefined || (params.submitted !== undefined && params.submitted < before)) &&
    (obsolete !== true || isObsolete(params, versions))
  )
}

function names(wanted: readonly string[], trigger: string): boolean {
  return wanted.includes(trigger) || wanted.includes(trigger.slice(0, trigger.indexOf('/')))
}

/** Requests for a PPA or a repository are not obsolete, as they do not depend on the archive's versions. */
function isObsolete(
  { triggers, ppas, git }: QueuedRequest['params'],
  versions: ReadonlyMap<string, string>,
): boolean {
  if (triggers.length === 0 || ppas.length > 0 || git !== undefined) return false
  return triggers.every(text => {
    const trigger = text === MIGRATION_REFERENCE ? undefined : parseTrigger(text)
    const current = trigger && versions.get(trigger.source)
    if (trigger === undefined || current === undefined || trigger.version.length > LONGEST_VERSION)
      return false
    return compareVersions(trigger.version, current) < 0
  })
}
