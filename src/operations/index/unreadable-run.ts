import type { Store } from '../../backends/store/store.ts'
import { BadInput, NotFound, Unavailable } from '../../domain/errors.ts'

/** Throws errors that do not concern a single run: a bug, or Unavailable if the whole store is unavailable. */
export async function throwIfNotOfRun(store: Pick<Store, 'state'>, error: unknown): Promise<void> {
  if (error instanceof BadInput || error instanceof NotFound) return
  if (!(error instanceof Unavailable)) throw error
  const state = await store.state()
  if (!state.ok) throw new Unavailable(state.reason, { cause: error })
}
