import type { SavedTest, SteadinessIndex } from '../../backends/derived/steadiness.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { runIdTime } from '../../domain/run/run-id.ts'
import { countedTest, LOOKED_BACK_MS } from '../../domain/run/steadiness.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** Rows that are followed, and tests that are counted, in one go. */
const CHUNK = 1000
const TESTS = 50
/** How many runs of a test are read at a time, and in total: real tests have about a thousand in a year. */
const PAGE = 1000
const MOST = 20_000

interface Deps {
  readonly results: Pick<Results, 'id' | 'since' | 'history'>
  readonly derived: { readonly steadiness: SteadinessIndex }
}

/**
 * Brings how steady tests are, and what is new of them, a step further: follows the rows, and when all were followed
 * counts some of the tests that have new ones. True if there may be more to do.
 */
export async function indexSteadiness(deps: Deps): Promise<boolean> {
  return (await followRows(deps)) || countSome(deps)
}

async function followRows({ results, derived: { steadiness } }: Deps): Promise<boolean> {
  const id = await results.id()
  const from = await steadiness.position(id)
  const { runs, position } = await results.since(from, CHUNK)
  if (position === undefined || position === from) return false
  await steadiness.follow(id, position, runs)
  return runs.length === CHUNK
}

async function countSome({ results, derived: { steadiness } }: Deps): Promise<boolean> {
  const queued = await steadiness.queued(TESTS)
  const counted: SavedTest[] = []
  for (const test of queued) {
    const runs = await yearOf(results, test)
    counted.push({ test, counted: runs.length === 0 ? undefined : countedTest(runs) })
  }
  if (counted.length > 0) await steadiness.save(counted, new Date())
  return queued.length === TESTS
}

/** The runs of a test in a year before its newest, newest first. */
async function yearOf(results: Pick<Results, 'history'>, test: TestKey): Promise<Run[]> {
  const runs: Run[] = []
  while (runs.length < MOST) {
    const before = runs.at(-1)?.runId
    const page = await results.history(test, { limit: PAGE, ...(before !== undefined && { before }) })
    runs.push(...page)
    const [newest, oldest] = [runIdTime(runs[0]?.runId ?? ''), runIdTime(runs.at(-1)?.runId ?? '')]
    const isWhole = newest !== undefined && oldest !== undefined && oldest < newest - LOOKED_BACK_MS
    if (page.length < PAGE || isWhole) break
  }
  return runs
}
