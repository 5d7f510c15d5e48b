import { fingerprintOf, type PlannedRequest } from '../../domain/request/planned-request.ts'
import { checkLimits, type LimitRefusal } from './check-limits.ts'
import {
  type PreviewDeps,
  type PreviewRules,
  previewTestRequest,
  type RequestPreview,
  wouldBeQueued,
} from './preview-test-request.ts'

/** How many are examined at once. */
const AT_ONCE = 4

/** What would become of one of several requests that are made in one go. */
export interface RetryPreview extends RequestPreview {
  /** One before it asks for the same. */
  readonly isRepeated: boolean
  /** Whether it would be queued if they were asked for now. */
  readonly isPossible: boolean
}

export interface RetriesPreview {
  /** One for each request, in their order. */
  readonly retries: readonly RetryPreview[]
  /** Of those that are possible, all together. */
  readonly limited: LimitRefusal | undefined
}

/**
 * Goes through the checks of several requests without queueing anything.
 * @param queries the parameters of `/request.cgi`, one for each
 */
export async function previewRetries(
  deps: PreviewDeps,
  rules: PreviewRules,
  queries: readonly URLSearchParams[],
  asker: { readonly requester: string; readonly address: string },
  now: Date,
): Promise<RetriesPreview> {
  const previews: RequestPreview[] = []
  for (let at = 0; at < queries.length; at += AT_ONCE) {
    const some = queries.slice(at, at + AT_ONCE)
    previews.push(
      ...(await Promise.all(some.map(query => previewTestRequest(deps, rules, query, asker, now)))),
    )
  }
  const seen = new Set<string>()
  const retries = previews.map(preview => {
    const prints = preview.tests.map(({ planned }) => printOf(planned))
    const isRepeated = prints.some(print => seen.has(print))
    for (const print of prints) seen.add(print)
    return { ...preview, isRepeated, isPossible: !isRepeated && wouldBeQueued(preview) }
  })
  const count = retries.filter(one => one.isPossible).length
  return { retries, limited: await checkLimits(deps, rules.requestsPerHour, asker, count, now) }
}

const printOf = (planned: PlannedRequest): string => `${planned.context} ${fingerprintOf(planned)}`
