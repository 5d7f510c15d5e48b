import pLimit from 'p-limit'
import type { Results } from '../../backends/results/results.ts'
import type { Store } from '../../backends/store/store.ts'
import { BadInput } from '../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { type RunKey, type TestKey, testId } from '../../domain/test/test.ts'
import { releaseTests } from '../../queries/tests/release-tests.ts'
import { listRuns } from './listed-runs.ts'
import { readStoredRun } from './read-stored-run.ts'

interface Deps {
  readonly results: Pick<Results, 'tests' | 'history' | 'run' | 'runs' | 'testedPairs'>
  readonly store: Pick<Store, 'list' | 'head' | 'get'>
}

export interface CompareOptions {
  /** Whether the files of runs that have a row are read; else only what is there is compared. */
  readonly contents: boolean
  readonly signal: AbortSignal
  /** Called with the number of runs that were compared. */
  readonly onProgress?: (runs: number) => void
}

/** One way in which the database is not what the store says it should be. */
export type StoreDifference =
  /** A run of the store, with the row that it should have. */
  | { readonly kind: 'missing'; readonly run: Run }
  /** A row without files in the store. */
  | { readonly kind: 'extra'; readonly run: RunKey }
  /** The row as it should be, and the columns that are not so. */
  | { readonly kind: 'different'; readonly run: Run; readonly columns: readonly string[] }
  /** A run of which no row can be made. */
  | { readonly kind: 'broken'; readonly run: RunKey; readonly reason: string }

/** Rows of one question, and runs that are read one after the other in a group. */
const STEP = 500
/** Files that are read at once. */
const AT_ONCE = 16

/**
 * Compares the rows of a release with its container, test by test, in the order of the listing, holding the runs of
 * one test and the names of all tests in memory. Seeded runs have no files, which is not a difference. Returns
 * undefined if there is no container.
 */
export async function compareWithStore(
  deps: Deps,
  release: string,
  options: CompareOptions,
): Promise<AsyncGenerator<StoreDifference> | undefined> {
  const pages = await listRuns(deps.store, distributionContainer(release))
  if (pages === undefined) return undefined
  const others = [...new Set((await deps.results.testedPairs()).map(pair => pair.release))]
  const compare = comparer(
    deps,
    others.filter(other => other !== release),
    options,
  )
  return (async function* () {
    const seen = new Set<string>()
    let looked = 0
    for await (const runs of groupByTest(pages)) {
      options.signal.throwIfAborted()
      const [test] = runs as [RunKey]
      seen.add(testId(test))
      yield* compare(test, runs)
      looked += runs.length
      options.onProgress?.(looked)
    }
    for await (const tests of releaseTests(deps.results, release, STEP)) {
      options.signal.throwIfAborted()
      for (const test of tests) if (!seen.has(testId(test))) yield* compare(test, [])
    }
  })()
}

/** The runs of one test at a time; they are neighbours in a listing. */
async function* groupByTest(
  pages: AsyncIterable<{ readonly runs: readonly RunKey[] }>,
): AsyncGenerator<RunKey[]> {
  let group: RunKey[] = []
  for await (const { runs } of pages) {
    for (const run of runs) {
      if (group[0] !== undefined && testId(group[0]) !== testId(run)) {
        yield group
        group = []
      }
      group.push(run)
    }
  }
  if (group.length > 0) yield group
}

function comparer({ results, store }: Deps, others: readonly string[], options: CompareOptions) {
  const limit = pLimit(AT_ONCE)

  /** A run that came while we looked is in its place by now. */
  async function compareFiles(run: RunKey, row: Run | undefined): Promise<StoreDifference | undefined> {
    const container = distributionContainer(run.release)
    try {
      const found = await readStoredRun(store, container, run, { logHeads: true, signal: options.signal })
      if (found === undefined) return undefined
      const now = row ?? (await results.run(run))
      if (now === undefined) return { kind: 'missing', run: found }
      const columns = COLUMNS.filter(column => !isSame(column, now, found))
      return columns.length > 0 ? { kind: 'different', run: found, columns } : undefined
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return { kind: 'broken', run, reason: error.message }
    }
  }

  async function isExtra(run: RunKey): Promise<boolean> {
    const name = `${runDirectory(run)}/result.tar`
    if ((await store.head(distributionContainer(run.release), name)) !== undefined) return false
    return (await results.runs(others.map(release => ({ ...run, release })))).length === 0
  }

  return async function* compare(test: TestKey, listed: readonly RunKey[]): AsyncGenerator<StoreDifference> {
    const rows = await rowsOf(results, test)
    const inStore = new Set(listed.map(run => run.runId))
    const wanted = options.contents ? listed : listed.filter(run => !rows.has(run.runId))
    for (let at = 0; at < wanted.length; at += STEP) {
      const found = await limit.map(wanted.slice(at, at + STEP), run =>
        compareFiles(run, rows.get(run.runId)),
      )
      yield* found.filter(difference => difference !== undefined)
    }
    const lone = [...rows.keys()].filter(runId => !inStore.has(runId)).map(runId => ({ ...test, runId }))
    for (let at = 0; at < lone.length; at += STEP) {
      const step = lone.slice(at, at + STEP)
      const extra = await limit.map(step, isExtra)
      for (const run of step.filter((_, place) => extra[place])) yield { kind: 'extra', run }
    }
  }
}

async function rowsOf(results: Pick<Results, 'history'>, test: TestKey): Promise<Map<string, Run>> {
  const rows = new Map<string, Run>()
  for (let after = ''; ; ) {
    const step = await results.history(test, { limit: STEP, after })
    if (step[0] === undefined) return rows
    after = step[0].runId
    for (const run of step) rows.set(run.runId, run)
  }
}

const COLUMNS = ['version', 'triggers', 'duration', 'exitcode', 'requester', 'env'] as const

/** What the files do not tell is taken for right; null and '' are the same. */
function isSame(column: (typeof COLUMNS)[number], row: Run, files: Run): boolean {
  const told = files[column] ?? ''
  if (told === '' || (column === 'version' && told === 'unknown')) return true
  const is = row[column] ?? ''
  return column === 'duration' ? Math.trunc(Number(is)) === Math.trunc(Number(told)) : is === told
}
