import type { ListEntry, ListOptions, Store } from '../../backends/store/store.ts'

/** The greatest number of pages that are requested, even if a store returns one name at a time. */
const MOST_PAGES = 1000

export interface ListedEntries {
  readonly entries: readonly ListEntry[]
  /** Whether there may be more. */
  readonly isCut: boolean
}

export const nameOf = (entry: ListEntry): string => ('subdir' in entry ? entry.subdir : entry.name)

/**
 * The first `most` entries of a listing. A store returns as many at once as it likes, even fewer than
 * requested (RADOS gateways return 1,000, others what fits into a second): only an empty page is the end.
 * Undefined if the container does not exist.
 */
export async function listEntries(
  store: Pick<Store, 'list'>,
  container: string,
  query: Omit<ListOptions, 'limit'>,
  most: number,
): Promise<ListedEntries | undefined> {
  const entries: ListEntry[] = []
  let marker = query.marker
  for (let pages = 0; pages < MOST_PAGES && entries.length < most; pages += 1) {
    const from = marker === undefined ? {} : { marker }
    const page = await store.list(container, { ...query, ...from, limit: most - entries.length })
    // A container that disappears while it is listed has no further entries
    if (page === undefined && pages === 0) return undefined
    const last = page?.at(-1)
    if (page === undefined || last === undefined) return { entries, isCut: false }
    for (const entry of page) entries.push(entry)
    marker = nameOf(last)
  }
  return { entries, isCut: true }
}
