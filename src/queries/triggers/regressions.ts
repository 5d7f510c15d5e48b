import type { Derived } from '../../backends/derived/derived.ts'
import type { FailureFilter, TriggerFailure } from '../../backends/derived/triggers.ts'
import type { Documents } from '../../backends/documents/documents.ts'
import type { Results } from '../../backends/results/results.ts'
import { isAllProposed, type Run } from '../../domain/run/run.ts'
import { type RunKey, type TestKey, testId } from '../../domain/test/test.ts'
import { type RetryHow, type RetryPlan, retryPlan } from '../../domain/trigger/retry-plan.ts'
import { splitTriggers, triggerText } from '../../domain/trigger/trigger.ts'
import { type FailureText, havingText } from '../failures/failure-text.ts'
import { selectedPackages } from '../tests/package-selection.ts'
import { type IndexState, type TriggerBackends, triggerIndexState } from './trigger-index.ts'

/** Failures, newest first. */
export interface Regressions {
  readonly index: IndexState
  readonly failures: readonly TriggerFailure[]
  /** Whether there are more than were read. */
  readonly isCut: boolean
}

/**
 * Search criteria: `blockedBy` selects all failures of the uploads that fail at a test of this package,
 * `text` those with a line that says why and that contains this text or matches this pattern.
 */
export type RegressionFilter = FailureFilter & {
  readonly blockedBy?: string | undefined
  /** Only tests of its packages. */
  readonly team?: string | undefined
  readonly text?: FailureText | undefined
  /** The requester of the deciding run. */
  readonly requester?: string | undefined
}

export type RegressionBackends = TriggerBackends & {
  readonly results: Pick<Results, 'runs'>
  readonly derived: Pick<Derived, 'failures'>
  readonly documents: Pick<Documents, 'teams' | 'packageLists'>
}

/** The number of failures that are read: a few milliseconds for each thousand. */
const MOST_FAILURES = 2000

export async function regressions(
  backends: RegressionBackends,
  filter: RegressionFilter,
): Promise<Regressions> {
  const packages = await selectedPackages(backends, { team: filter.team })
  const index = await triggerIndexState(backends)
  const found = await backends.derived.triggers.failures({ ...filter, packages }, MOST_FAILURES + 1)
  const held = await heldUpLike(backends, filter)
  const blocked = found
    .slice(0, MOST_FAILURES)
    .filter(one => held === undefined || held.has(triggerText(one.trigger)))
  const failures =
    filter.requester === undefined ? blocked : await askedForBy(backends, blocked, filter.requester)
  return {
    index,
    failures:
      filter.text === undefined ? failures : await havingText(backends.derived, failures, filter.text),
    isCut: found.length > MOST_FAILURES,
  }
}

/** The failures whose deciding run was requested by this person. */
async function askedForBy(
  { results }: Pick<RegressionBackends, 'results'>,
  failures: readonly TriggerFailure[],
  requester: string,
): Promise<TriggerFailure[]> {
  const runs = await results.runs(failures)
  const theirs = new Set(runs.filter(run => run.requester === requester).map(runId))
  return failures.filter(one => theirs.has(runId(one)))
}

/** The uploads that fail at a test of `blockedBy`; undefined if that is not given. */
async function heldUpLike(
  { derived }: TriggerBackends,
  { release, from, before, outcomes, blockedBy }: RegressionFilter,
): Promise<Set<string> | undefined> {
  if (blockedBy === undefined) return undefined
  const narrowed = { release, from, before, outcomes, package: blockedBy }
  const culprits = await derived.triggers.failures(narrowed, MOST_FAILURES)
  return new Set(culprits.map(one => triggerText(one.trigger)))
}

/** A test to be retried. */
export interface PlannedRetry extends TestKey, RetryPlan {}

/** The requests that retry failed tests, each once, in the given order. */
export async function plannedRetries(
  { results }: { readonly results: Pick<Results, 'runs'> },
  failures: readonly TriggerFailure[],
  how: RetryHow,
  added: readonly string[],
): Promise<PlannedRetry[]> {
  const runs = new Map((await results.runs(failures)).map(run => [runId(run), run]))
  const heldUp = new Map<string, string[]>()
  for (const failure of failures) {
    const test = testId(failure)
    heldUp.set(test, [...(heldUp.get(test) ?? []), triggerText(failure.trigger)])
  }
  const planned = new Map<string, PlannedRetry>()
  for (const failure of failures) {
    const run = runs.get(runId(failure))
    if (run === undefined) continue
    const plan = retryPlan(failedRun(run, heldUp.get(testId(failure)) ?? []), how, added)
    const key =
      how === 'once' ? testId(failure) : `${testId(failure)} ${plan.triggers.join(' ')} ${plan.allProposed}`
    const { release, arch, package: name } = failure
    if (!planned.has(key)) planned.set(key, { release, arch, package: name, ...plan })
  }
  return [...planned.values()]
}

const runId = (run: RunKey): string => `${testId(run)}/${run.runId}`

export const failedRun = (run: Run, heldUp: readonly string[]) => ({
  triggers: splitTriggers(run.triggers),
  allProposed: isAllProposed(run),
  heldUp,
})

/** More triggers than a test ever holds up at once. */
const MOST_HELD_UP = 200

/** The triggers that a test fails for, with or without a baseline. */
export async function heldUpBy(
  { derived }: { readonly derived: Pick<Derived, 'triggers'> },
  test: TestKey,
): Promise<string[]> {
  const failures = await derived.triggers.failures(
    {
      outcomes: ['regression', 'no baseline'],
      package: test.package,
      release: test.release,
      arches: [test.arch],
    },
    MOST_HELD_UP,
  )
  return failures.map(one => triggerText(one.trigger))
}
