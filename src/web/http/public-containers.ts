import type { Store } from '../../backends/store/store.ts'

/** How long it is believed that a container is public, or that it is not. */
const KEPT_MS = 60_000
/** Names that strangers make up must not fill the memory. */
const MOST = 2_000

/** Which containers anybody may read, looked up in the store and kept for a minute. */
export class PublicContainers {
  readonly #store: Pick<Store, 'access'>
  readonly #known = new Map<string, { isPublic: Promise<boolean>; until: number }>()

  constructor(store: Pick<Store, 'access'>) {
    this.#store = store
  }

  /** Only result containers are ever public here: others are not even asked for. */
  async has(container: string): Promise<boolean> {
    if (!container.startsWith('autopkgtest-')) return false
    const known = this.#known.get(container)
    if (known !== undefined && known.until > performance.now()) return known.isPublic
    const isPublic = this.#store.access(container).then(access => access === 'public')
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(container, { isPublic, until: performance.now() + KEPT_MS })
    isPublic.catch(() => this.#known.delete(container))
    return isPublic
  }
}
