/** Everything that determines whether two requests ask for the same run. */
export interface RequestIdentity {
  readonly package: string
  readonly release: string
  readonly arch: string
  readonly triggers: readonly string[]
  readonly ppas: readonly string[]
  readonly env: readonly string[]
  readonly allProposed: boolean
  readonly git: string | undefined
  readonly testname: string | undefined
  /** Who may see it; undefined for everybody. */
  readonly audience: readonly string[] | undefined
}

/** A PPA without its credentials and the key's fingerprint, if it has any. */
export const plainPpa = (ppa: string): string =>
  ppa.slice(ppa.lastIndexOf('@') + 1).replace(/:[0-9A-Fa-f]+$/, '')

/**
 * A text that is equal for requests that ask for the same run. The order of triggers and of env does not
 * matter; that of PPAs does, as the last one names the container for the results. A private request only
 * equals those with the same readers: nobody else can learn that it exists, or be prevented from requesting
 * the same.
 */
export function requestFingerprint(request: RequestIdentity): string {
  return JSON.stringify([
    request.package,
    request.release,
    request.arch,
    [...request.triggers].sort(),
    request.ppas.map(plainPpa),
    [...request.env].sort(),
    request.allProposed,
    request.git ?? null,
    request.testname ?? null,
    ...(request.audience === undefined ? [] : [request.audience]),
  ])
}
