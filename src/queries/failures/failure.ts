import type { Derived } from '../../backends/derived/derived.ts'
import type { FailureProgress, SignatureInAll } from '../../backends/derived/failures.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'
import { type TestKey, testId } from '../../domain/test/test.ts'
import { type RankedTrigger, rankTriggers } from '../../domain/trigger/rank-triggers.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { readingOf } from './failures.ts'

export interface FailurePage {
  readonly signature: SignatureInAll
  /** A page of the runs that failed in this way, newest first. */
  readonly rows: readonly { readonly run: Run; readonly retry: boolean }[]
  readonly more: boolean
  /** Possible causes. */
  readonly triggers: TriggersOfFailure
  readonly reading: FailureProgress | undefined
}

/** Triggers of the runs that failed in this way, compared with those of other runs of the same tests. */
export interface TriggersOfFailure {
  readonly ranked: readonly RankedTrigger[]
  /** The number of runs that were compared: of those that failed in this way, and of others. */
  readonly here: number
  readonly elsewhere: number
}

/** The number of runs with this failure that are compared, the newest ones. */
const COMPARED = 200
/** The number of their tests, and of other runs of each, that they are compared with. */
const TESTS = 25
const OTHERS = 20

type Deps = {
  readonly results: Pick<Results, 'runs' | 'history'>
  readonly derived: Pick<Derived, 'failures'>
}

/** Everything that is known about a way of failing; undefined if no such run is stored. */
export async function shownFailure(
  { results, derived }: Deps,
  address: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<FailurePage | undefined> {
  const signature = await derived.failures.signature(address)
  if (signature === undefined) return undefined
  const [keys, newest, reading] = await Promise.all([
    derived.failures.runsOf(address, { ...page, limit: page.limit + 1 }),
    derived.failures.runsOf(address, { limit: COMPARED, offset: 0 }),
    readingOf(derived),
  ])
  const [runs, compared] = await Promise.all([results.runs(keys.slice(0, page.limit)), results.runs(newest)])
  return {
    signature,
    rows: runs.map(run => ({ run, retry: isRetryable(verdictOf(run.exitcode)) })),
    more: keys.length > page.limit,
    triggers: await triggersOf(results, compared),
    reading,
  }
}

async function triggersOf(results: Deps['results'], failed: readonly Run[]): Promise<TriggersOfFailure> {
  const tests = new Map<string, TestKey>()
  for (const run of failed) if (tests.size < TESTS) tests.set(testId(run), run)
  const histories = await Promise.all(
    [...tests.values()].map(test => results.history(test, { limit: OTHERS })),
  )
  const nameOf = (run: Run) => `${testId(run)}/${run.runId}`
  const alike = new Set(failed.map(nameOf))
  const others = histories.flat().filter(run => !alike.has(nameOf(run)))
  const triggers = (run: Run) => splitTriggers(run.triggers)
  return {
    ranked: rankTriggers(failed.map(triggers), others.map(triggers)),
    ...{ here: failed.length, elsewhere: others.length },
  }
}
