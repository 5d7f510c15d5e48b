import type { QueueKey } from '../queue/queue-name.ts'
import { readReaders } from './readable-by.ts'
import { requestFingerprint } from './request-fingerprint.ts'
import type { RequestForm } from './request-form.ts'
import { readRequestParams } from './request-params.ts'

/** A message to be sent: what is tested where, with the parameters in the workers' form. */
export interface PlannedRequest extends QueueKey {
  readonly package: string
  /**
   * By their names in the message, without those added when it is queued: requester, submit-time and uuid.
   */
  readonly params: Readonly<Record<string, unknown>>
  /** Readers of a private request; empty for a public one. */
  readonly readableBy: readonly string[]
  /** Set if it was announced before; otherwise one is made when the request is queued. */
  readonly uuid?: string
}

/** The messages for a form, one for each architecture. */
export function planRequests(form: RequestForm): PlannedRequest[] {
  const { release, ppas, triggers, readableBy } = form
  const params = {
    ...(form.allProposed ? { 'all-proposed': '1' } : {}),
    ...(ppas.length > 0 ? { ppas } : {}),
    ...(readableBy === undefined ? {} : { 'readable-by': readableBy }),
    triggers,
  }
  return form.arches.map(arch => ({
    context: ppas.length > 0 ? 'ppa' : 'ubuntu',
    release,
    arch,
    package: form.package,
    params,
    readableBy: readReaders(readableBy) ?? [],
  }))
}

/** Equal for planned requests that ask for the same run with the same readers. */
export function fingerprintOf({ package: name, release, arch, params }: PlannedRequest): string {
  return requestFingerprint({ package: name, release, arch, ...readRequestParams(params) })
}
