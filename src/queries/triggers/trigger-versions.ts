import type { VersionCounts } from '../../backends/derived/triggers.ts'
import { compareVersions } from '../../domain/version/version-order.ts'
import { type IndexState, type TriggerBackends, triggerIndexState } from './trigger-index.ts'

/** The versions of a source that were triggers, newest first. */
export interface TriggerVersions {
  readonly source: string
  readonly index: IndexState
  readonly versions: readonly VersionCounts[]
  /** Whether there are more, some of which may be newer. */
  readonly isCut: boolean
}

/** More than any source has had: the largest have a few hundred per year. */
const MOST = 2000

export async function triggerVersions(backends: TriggerBackends, source: string): Promise<TriggerVersions> {
  const versions = await backends.derived.triggers.versions(source, MOST)
  return {
    source,
    index: await triggerIndexState(backends),
    versions: versions.toSorted((a, b) => compareVersions(b.version, a.version)),
    isCut: versions.length >= MOST,
  }
}
