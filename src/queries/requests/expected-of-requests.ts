import type { SubmittedRequest } from '../../backends/state/requests.ts'
import { type ExpectedStart, type ExpectedStartDeps, expectedStarts } from '../queues/expected-start.ts'
import type { RequestProgress } from './request-progress.ts'

/** When those requests are likely to start and end whose places are known; by UUID. */
export async function expectedOfRequests(
  deps: ExpectedStartDeps,
  requests: readonly { readonly request: SubmittedRequest; readonly progress: RequestProgress }[],
  now: Date,
): Promise<ReadonlyMap<string, ExpectedStart>> {
  const placed = requests.flatMap(({ request, progress }) => {
    if (progress.state !== 'queued' || progress.position === undefined) return []
    const { uuid, release, arch, package: name, context } = request
    return [{ uuid, context, release, arch, package: name, position: progress.position }]
  })
  const expected = await expectedStarts(deps, placed, now, { ends: true })
  return new Map(placed.map(({ uuid }, place) => [uuid, expected[place] as ExpectedStart]))
}
