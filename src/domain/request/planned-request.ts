import type { QueueKey } from '../queue/queue-name.ts'
import { readReaders } from './readable-by.ts'
import { requestFingerprint } from './request-fingerprint.ts'
import type { RequestForm } from './request-form.ts'
import { readRequestParams } from './request-params.ts'

/** One message that is to be: what is tested where, with the parameters as workers know them. */
export interface PlannedRequest extends QueueKey {
  readonly package: string
  /** By their names on the wire; without what is added when it is queued: requester, submit-time and uuid. */
  readonly params: Readonly<Record<string, unknown>>
  /** Readers of a private request; empty for a public one. */
  readonly readableBy: readonly string[]
  /** Where it was promised before; else one is made when it is queued. */
  readonly uuid?: string
}

/** The messages that a form asks for, one for each architecture. */
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

/** Equal for planned requests that ask for the same run, which the same people may see. */
export function fingerprintOf({ package: name, release, arch, params }: PlannedRequest): string {
  return requestFingerprint({ package: name, release, arch, ...readRequestParams(params) })
}
