import pLimit from 'p-limit'
import type { Store } from '../../backends/store/store.ts'
import { type PpaContainer, parseRunDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { listEntries } from './listed-entries.ts'
import { storedResult } from './stored-result.ts'

/** A run in a PPA's container; those are not in the results database. */
export interface PpaRun {
  readonly run: RunKey
  readonly container: string
  /** The content of its result.tar; undefined if it cannot be read. */
  readonly result:
    | {
        readonly exitcode: number
        readonly version: string | undefined
        readonly triggers: string | undefined
        readonly duration: number | undefined
        readonly requester: string | undefined
      }
    | undefined
}

export interface PpaResults {
  readonly runs: readonly PpaRun[]
  /** The total number of runs, as far as the listings go. */
  readonly total: number
  /** True if a container has more runs than are listed. */
  readonly isCut: boolean
}

/** The number of runs that are listed from one container. */
const LISTED = 10_000
const PARALLEL = 8

/** A page of the runs in the containers of a PPA, newest first, read from the store. */
export async function ppaResults(
  { store }: { store: Pick<Store, 'list' | 'get'> },
  containers: readonly PpaContainer[],
  page: { limit: number; offset: number },
): Promise<PpaResults> {
  const listings = await Promise.all(
    containers.map(async ({ container }) => {
      // Rolled up at the end of the run id: one entry per run, not per file
      const listed = await listEntries(store, container, { delimiter: '@' }, LISTED)
      const names = (listed?.entries ?? []).flatMap(entry => ('subdir' in entry ? [entry.subdir] : []))
      return { container, names, isCut: listed?.isCut ?? false }
    }),
  )
  const runs = listings
    .flatMap(({ container, names }) =>
      names.flatMap(name => {
        const run = parseRunDirectory(name)
        return run === undefined ? [] : [{ container, run }]
      }),
    )
    .sort((a, b) => (a.run.runId < b.run.runId ? 1 : -1))
  const shown = runs.slice(page.offset, page.offset + page.limit)
  return {
    runs: await pLimit(PARALLEL).map(shown, async one => ({
      ...one,
      result: await storedResult(store, one.container, one.run),
    })),
    total: runs.length,
    isCut: listings.some(listing => listing.isCut),
  }
}
