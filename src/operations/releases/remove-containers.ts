import pLimit from 'p-limit'
import type { Store } from '../../backends/store/store.ts'
import { Conflict, NotFound } from '../../domain/errors.ts'
import { distributionContainer } from '../../domain/run/container.ts'
import { allContainers } from '../ingest/list-ppa-containers.ts'

/** Objects that are removed at once. */
const AT_ONCE = 16
/** How often a container is listed again that is being written to, or whose listing lags behind. */
const TRIES = 5

/**
 * The containers of a release: that of its own results, those of PPAs, and private ones. A release's name holds no
 * dash, so that none of another release begins like that.
 */
export async function releaseContainers(
  store: Pick<Store, 'containers'>,
  release: string,
): Promise<string[]> {
  const own = distributionContainer(release)
  const found: string[] = []
  for (const first of [own, `private-${own}`]) {
    for await (const name of allContainers(store, first)) {
      if (name === first || name.startsWith(`${first}-`)) found.push(name)
    }
  }
  return found
}

/** Removes a container and all that is in it; returns how many objects there were. With `dryRun` it only counts. */
export async function removeContainer(
  store: Pick<Store, 'list' | 'remove' | 'removeContainer'>,
  container: string,
  { dryRun, signal, onProgress }: RemoveContainerOptions,
): Promise<number> {
  const limit = pLimit(AT_ONCE)
  let removed = 0
  for (let tried = 1; ; tried++) {
    for (let marker: string | undefined; ; ) {
      const page = await store.list(container, { hashes: false, ...(marker !== undefined && { marker }) })
      if (page === undefined || page.length === 0) break
      const names = page.map(entry => ('name' in entry ? entry.name : entry.subdir))
      signal.throwIfAborted()
      if (!dryRun) await limit.map(names, name => store.remove(container, name))
      removed += names.length
      onProgress?.(removed)
      marker = names.at(-1)
    }
    if (dryRun) return removed
    try {
      await store.removeContainer(container)
      return removed
    } catch (error) {
      if (error instanceof NotFound) return removed
      if (!(error instanceof Conflict) || tried >= TRIES) throw error
    }
  }
}

interface RemoveContainerOptions {
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (removed: number) => void
}
