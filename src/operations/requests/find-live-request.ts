import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import { fingerprintOf, type PlannedRequest } from '../../domain/request/planned-request.ts'
import { requestFingerprint } from '../../domain/request/request-fingerprint.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import { type RequestParams, readRequestParams } from '../../domain/request/request-params.ts'
import type { TestKey } from '../../domain/test/test.ts'
import { queuedRequests } from '../../queries/queues/queued.ts'
import { runningTests } from '../../queries/queues/running.ts'

interface Deps {
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
}

/** One of the requests that are to be, and how an equal one is there already. */
export interface LiveRequest {
  readonly how: 'running' | 'queued'
  readonly request: PlannedRequest
}

/** The refusal of a request of which an equal one is there already. */
export function findLiveRequest(deps: Deps, planned: readonly PlannedRequest[]): Refusal | undefined {
  const live = findEqualRequest(deps, planned)
  return live && alreadyThere(live.how, live.request)
}

/** The first of which an equal one runs, or waits where it will be taken soon: the huge queues do not count. */
export function findEqualRequest(deps: Deps, planned: readonly PlannedRequest[]): LiveRequest | undefined {
  const wanted = new Map(planned.map(request => [fingerprintOf(request), request]))
  const names = new Set(planned.map(request => request.package))
  const find = (test: TestKey, params: RequestParams) =>
    wanted.get(requestFingerprint({ ...test, ...params }))
  for (const name of names) {
    for (const test of runningTests(deps).byPackage.get(name) ?? []) {
      const request = find(test, test.params)
      if (request !== undefined) return { how: 'running', request }
    }
    for (const waiting of queuedRequests(deps).ofPackage(name)) {
      const request = waiting.context === 'huge' ? undefined : find(waiting, waiting.params)
      if (request !== undefined) return { how: 'queued', request }
    }
  }
  return undefined
}

/** The answer to a request for what runs or waits already. */
export function alreadyThere(how: 'running' | 'queued', request: PlannedRequest): Refusal {
  return {
    status: 403,
    lines: [
      `Test already ${how}:`,
      `release: ${request.release}`,
      `pkg: ${request.package}`,
      `arch: ${request.arch}`,
      `triggers: ${readRequestParams(request.params).triggers.join(', ')}`,
    ],
  }
}
