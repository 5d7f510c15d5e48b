import type { Store } from '../../backends/store/store.ts'
import { BadInput, NotFound, Unavailable } from '../../domain/errors.ts'

/** Throws what is not about one run: a bug, or Unavailable for a store that is away as a whole, which says nothing of a run. */
export async function throwIfNotOfRun(store: Pick<Store, 'state'>, error: unknown): Promise<void> {
  if (error instanceof BadInput || error instanceof NotFound) return
  if (!(error instanceof Unavailable)) throw error
  const state = await store.state()
  if (!state.ok) throw new Unavailable(state.reason, { cause: error })
}
