import { CONTEXTS } from '../../domain/queue/queue-name.ts'
import type { LiveFilter } from '../../queries/queues/live-filter.ts'

/** The parameters by which what runs and waits can be narrowed. */
export const LIVE_PARAMETERS = ['package', 'trigger', 'release', 'arch', 'context', 'requester'] as const

/** Longer texts are in no name. */
const LONGEST = 200

/** Empty parameters do not filter, nor does a context that there is not. */
export function readLiveFilter(query: URLSearchParams): LiveFilter {
  const given = (name: (typeof LIVE_PARAMETERS)[number]): string | undefined =>
    query.get(name)?.trim().slice(0, LONGEST) || undefined
  return {
    package: given('package'),
    trigger: given('trigger'),
    release: given('release'),
    arch: given('arch'),
    context: CONTEXTS.find(context => context === given('context')),
    requester: given('requester'),
  }
}

/** Whether anything narrows. */
export const isNarrowed = (filter: LiveFilter): boolean =>
  Object.values(filter).some(value => value !== undefined)
