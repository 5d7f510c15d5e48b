import type { CurrentVersionOf, TriggerIndex } from '../../backends/derived/triggers.ts'
import type { Results } from '../../backends/results/results.ts'

/** Rows, and tests, of one transaction: few enough not to delay others. */
const CHUNK = 500

interface Deps {
  readonly results: Pick<Results, 'id' | 'since' | 'currentVersions' | 'testedPairs'>
  readonly derived: { readonly triggers: Pick<TriggerIndex, 'position' | 'index' | 'refreshCurrent'> }
}

/** Advances the outcomes of triggers by one step, and remembers what it has compared with the archive. */
export interface TriggerIndexing {
  /**
   * True if there may be more to do.
   * @param uncounted called with the number of rows without a version, which count for no trigger
   */
  step(uncounted?: (rows: number) => void): Promise<boolean>
}

/** Follows the results, and then the archive: outcomes change with the versions that it has. */
export function triggerIndexing({ results, derived: { triggers } }: Deps): TriggerIndexing {
  const versions = keptVersions(results)
  /** The archive with which tests are compared, and the last of them that was; undefined: all were. */
  let compared: { mark: string; after: number | undefined } | undefined

  async function indexRows(uncounted: (rows: number) => void): Promise<boolean> {
    const id = await results.id()
    const from = await triggers.position(id)
    const { runs, position } = await results.since(from, CHUNK)
    if (position === undefined || position === from) return false
    const currentOf = await versions.of(new Set(runs.map(run => run.release)))
    uncounted(await triggers.index(id, position, runs, currentOf))
    // What was made of another database, or by other rules, is now empty
    return runs.length === CHUNK || (await triggers.position(id)) !== position
  }

  const testedReleases = async () => new Set((await results.testedPairs()).map(pair => pair.release))

  async function compareWithArchive(): Promise<boolean> {
    const mark = await versions.refresh()
    if (compared?.mark !== mark) compared = { mark, after: 0 }
    if (compared.after === undefined) return false
    const currentOf = await versions.of(await testedReleases())
    compared.after = await triggers.refreshCurrent(currentOf, compared.after, CHUNK)
    return compared.after !== undefined
  }

  return {
    async step(uncounted = () => {}) {
      return (await indexRows(uncounted)) || (await compareWithArchive())
    },
  }
}

/** The archive's versions by release, read once for each of its states. */
function keptVersions(results: Pick<Results, 'currentVersions'>) {
  let mark: string | undefined
  const kept = new Map<string, ReadonlyMap<string, string>>()
  const refresh = async (): Promise<string> => {
    const now = await results.currentVersions().version()
    if (now !== mark) kept.clear()
    mark = now
    return now
  }
  const lookUp: CurrentVersionOf = test => kept.get(test.release)?.get(test.package)
  const of = async (releases: Iterable<string>): Promise<CurrentVersionOf> => {
    await refresh()
    for (const release of releases) {
      if (!kept.has(release)) kept.set(release, await results.currentVersions().versions(release))
    }
    return lookUp
  }
  return { refresh, of }
}
