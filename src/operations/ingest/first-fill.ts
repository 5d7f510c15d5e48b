import type { Results } from '../../backends/results/results.ts'
import type { State } from '../../backends/state/state.ts'
import type { Store } from '../../backends/store/store.ts'
import { distributionContainer } from '../../domain/run/container.ts'

interface Deps {
  readonly results: Pick<Results, 'id' | 'newest'>
  readonly state: Pick<State, 'point' | 'setPoint'>
}

/** `begun` or `ended`, kept for each database: a new database starts again. */
const pointOf = async ({ results }: Deps): Promise<string> => `first-fill/${await results.id()}`
/** Where an earlier version, which may come back, keeps that a fill is not at its end. */
const earlierPointOf = async ({ results }: Deps): Promise<string> =>
  `fill-empty-database/${await results.id()}`

/** Why nothing has been published yet, in words for operators. */
export const UNFILLED =
  'the database has not been filled from the store yet: run "start" or "download-all-results"'

/**
 * Remembers of a database, when it is first opened, whether it is to be filled from the store: a first completion that
 * comes in must not hide that the rest is missing. One that has results already counts as filled. To be called by
 * whatever opens it, before it writes.
 */
export async function noteFirstOpening(deps: Deps): Promise<void> {
  const [name, earlier] = [await pointOf(deps), await earlierPointOf(deps)]
  if ((await deps.state.point(name)) !== undefined) return
  const isBegun =
    (await deps.state.point(earlier)) !== undefined ||
    (await deps.results.newest({ limit: 1, offset: 0 })).length === 0
  if (isBegun) await deps.state.setPoint(earlier, 'begun')
  await deps.state.setPoint(name, isBegun ? 'begun' : 'ended')
}

/** Whether the first fill has ended. A database without an entry existed before. */
export async function isFilled(deps: Deps): Promise<boolean> {
  await noteFirstOpening(deps)
  return (await deps.state.point(await pointOf(deps))) === 'ended'
}

export async function noteFilled(deps: Deps): Promise<void> {
  await deps.state.setPoint(await pointOf(deps), 'ended')
  await deps.state.setPoint(await earlierPointOf(deps), undefined)
}

/** Ends the fill of a database whose store has nothing to fill it with; true if that is so. */
export async function endIfStoreIsEmpty(
  deps: Deps & { readonly store: Pick<Store, 'list'> },
  releases: readonly string[],
): Promise<boolean> {
  for (const release of releases) {
    const first = await deps.store.list(distributionContainer(release), { limit: 1 })
    if (first !== undefined && first.length > 0) return false
  }
  await noteFilled(deps)
  return true
}
