import type { Store } from '../../backends/store/store.ts'
import { keptAnswers } from '../../domain/time/kept-answers.ts'

/** How long it is believed that a container is public, or that it is not. */
const KEPT_MS = 60_000
/** Names that strangers make up must not fill the memory. */
const MOST = 2_000

/** Which containers anybody may read, looked up in the store and kept for a minute. */
export class PublicContainers {
  readonly #store: Pick<Store, 'access'>
  readonly #known = keptAnswers(MOST)

  constructor(store: Pick<Store, 'access'>) {
    this.#store = store
  }

  /** Only result containers are ever public here: others are not even asked for. */
  async has(container: string): Promise<boolean> {
    if (!container.startsWith('autopkgtest-')) return false
    const ask = async () => (await this.#store.access(container)) === 'public'
    return this.#known.get(container, ask, () => KEPT_MS)
  }
}
