import type { Store } from '../../backends/store/store.ts'
import { distributionContainer, parseRunDirectory, runDirectory } from '../../domain/run/container.ts'
import { isArchName, isPackageName, isReleaseName, type RunKey } from '../../domain/test/test.ts'

/** Some runs of a container, in the order of their names. */
export interface ListedRuns {
  readonly runs: readonly RunKey[]
  /** The last name that was read: a listing from here on continues after these runs. */
  readonly marker: string
}

/**
 * Lists a container page by page: a run is a directory with a `result.tar`. Names of any other form are skipped.
 * Returns undefined if there is no such container.
 */
export async function listRuns(
  store: Pick<Store, 'list'>,
  container: string,
  from: { readonly marker?: string; readonly limit?: number } = {},
): Promise<AsyncGenerator<ListedRuns> | undefined> {
  const first = await store.list(container, { ...from, hashes: false })
  if (first === undefined) return undefined
  return (async function* () {
    let page: typeof first | undefined = first
    while (page !== undefined && page.length > 0) {
      const names = page.map(entry => ('name' in entry ? entry.name : entry.subdir))
      const marker = names.at(-1) as string
      yield { runs: names.flatMap(name => runOf(container, name) ?? []), marker }
      page = await store.list(container, { ...from, marker, hashes: false })
    }
  })()
}

/** As completions are taken: visible ASCII without a slash. */
const RUN_ID = /^[\x21-\x2e\x30-\x7e]{1,63}@$/

function runOf(container: string, name: string): RunKey | undefined {
  if (!name.endsWith('/result.tar')) return undefined
  const run = parseRunDirectory(name)
  if (run === undefined || name !== `${runDirectory(run)}/result.tar`) return undefined
  const isRun =
    distributionContainer(run.release) === container &&
    isReleaseName(run.release) &&
    isArchName(run.arch) &&
    isPackageName(run.package) &&
    RUN_ID.test(run.runId)
  return isRun ? run : undefined
}
