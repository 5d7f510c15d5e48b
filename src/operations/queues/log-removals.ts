import type { Waiting } from '../../backends/broker/broker.ts'
import { parseTestRequest } from '../../contracts/messages/test-request.ts'
import { type QueueKey, queueName } from '../../domain/queue/queue-name.ts'
import { isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'
import type { Log } from '../../log.ts'
import type { Unmarked } from './remove-queued-requests.ts'

/**
 * Logs a line for each request that somebody removes from a queue, before it is removed: the person and the request,
 * without credentials, and for a private request only its number.
 */
export function logRemovals(log: Log, queue: QueueKey, removed: readonly Waiting[], by: string): void {
  for (const { body } of removed) {
    const parsed = parseTestRequest(body)
    if (!parsed.ok) continue
    const { package: name, params } = parsed.request
    const what = isPrivateRequest(params)
      ? { private: true, uuid: params.uuid }
      : { package: name, params: maskCredentials(params) }
    log.info({ by, queue: queueName(queue), ...what }, 'removing a request from its queue')
  }
}

/** That requests went from their queues, and their pages do not say so. */
export function logUnmarked(log: Log, { uuids, reason }: Unmarked): void {
  log.error({ uuids, reason }, 'requests were removed from their queue, but could not be marked as removed')
}

/** For the audit trail, and for those whose request it was. */
export function removalReason(how: 'withdrawn' | 'removed', by: string, now: Date): string {
  return `${how} by ${by}, ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
