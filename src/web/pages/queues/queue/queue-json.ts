import type { QueuedRequest } from '../../../../domain/request/request-params.ts'
import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { Queue } from '../../../../queries/queues/queued.ts'
import { expectedJson, requestJson } from '../../../api/live-json.ts'

/** One page of a queue as programs see it; of a private request nothing but its place. */
export function queueJson(
  { context, release, arch, size, known }: Queue,
  at: Date | undefined,
  {
    paging,
    shown,
    expected,
  }: {
    readonly paging: { readonly offset: number }
    readonly shown: readonly (QueuedRequest | undefined)[]
    readonly expected: readonly ExpectedStart[]
  },
) {
  return {
    ...{ context, release, arch, size, known },
    at: at?.toISOString() ?? null,
    requests: shown.map((request, index) => ({
      position: paging.offset + index + 1,
      ...(request === undefined ? { private: true } : requestJson(request)),
      ...expectedJson(expected[index]),
    })),
  }
}
