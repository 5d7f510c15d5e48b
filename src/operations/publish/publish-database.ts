import type { Published } from '../../backends/published/published.ts'
import type { Results } from '../../backends/results/results.ts'
import type { State } from '../../backends/state/state.ts'
import { isFilled } from '../ingest/first-fill.ts'

interface Deps {
  readonly results: Results
  readonly state: State
  readonly published: Published
}

export interface Publishing {
  /** `busy`: another process is publishing this database. `unfilled`: it has not been filled from the store yet. */
  readonly outcome: 'published' | 'unchanged' | 'busy' | 'unfilled'
  /** What is known to be published; for the next call in this process, and no other. */
  readonly version: string | undefined
}

/**
 * Publishes the results database if it changed since the version that the call before gave. Without one it is copied,
 * and published if the bytes are new. Nothing is published before the first fill of the database has ended: who finds
 * no file stops, and who finds an empty database draws conclusions.
 */
export async function publishDatabase(
  { results, state, published }: Deps,
  since: string | undefined,
  signal: AbortSignal,
  { evenIfUnfilled = false } = {},
): Promise<Publishing> {
  if (!evenIfUnfilled && !(await isFilled({ results, state }))) return { outcome: 'unfilled', version: since }
  // Before the copy is made: what is written meanwhile is published the next time
  const version = `${results.version()}\n${await results.currentVersions().version()}`
  if (version === since && (await published.current()) !== undefined) return { outcome: 'unchanged', version }
  const publication = await state.withLock('publish-db', lost =>
    published.publish(toFile => results.copyPublished(toFile, AbortSignal.any([signal, lost]))),
  )
  if (publication === undefined) return { outcome: 'busy', version: since }
  return { outcome: publication.isNew ? 'published' : 'unchanged', version }
}
