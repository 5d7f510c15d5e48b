import type { Published } from '../backends/published/published.ts'
import type { Results } from '../backends/results/results.ts'
import type { State } from '../backends/state/state.ts'

interface Deps {
  readonly results: Results
  readonly state: State
  readonly published: Published
}

export interface Publishing {
  /** `busy`: somebody else publishes this database just now. */
  readonly outcome: 'published' | 'unchanged' | 'busy'
  /** What is known to be published; for the next call in this process, and no other. */
  readonly version: string | undefined
}

/**
 * Publishes the results database if it changed since the version that the call before gave. Without one it is
 * copied, and published if the bytes are new.
 */
export async function publishDatabase(
  { results, state, published }: Deps,
  since: string | undefined,
  signal: AbortSignal,
): Promise<Publishing> {
  // Before the copy is made: what is written meanwhile is published the next time
  const version = `${results.version()}\n${await results.currentVersions().version()}`
  if (version === since && (await published.current()) !== undefined) return { outcome: 'unchanged', version }
  const publication = await state.withLock('publish-db', lost =>
    published.publish(toFile => results.copyPublished(toFile, AbortSignal.any([signal, lost]))),
  )
  if (publication === undefined) return { outcome: 'busy', version: since }
  return { outcome: publication.isNew ? 'published' : 'unchanged', version }
}
