import type { Derived } from '../../backends/derived/derived.ts'
import type {
  OutcomeCount,
  OutcomeFilter,
  PackageOutcome,
  TestOutcome,
} from '../../backends/derived/triggers.ts'
import type { Documents } from '../../backends/documents/documents.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Excuse } from '../../contracts/files/excuses.ts'
import { type TestKey, testId } from '../../domain/test/test.ts'
import { OUTCOMES } from '../../domain/trigger/outcome.ts'
import { type Trigger, triggerText } from '../../domain/trigger/trigger.ts'
import type { FailureText } from '../failures/failure-text.ts'
import { queuedRequests } from '../queues/queued.ts'
import { runningTests } from '../queues/running.ts'
import { ownRescueRates, type RescueRate } from '../tests/rescue-rate.ts'
import { type FailingSo, failingSo } from './failures-matching.ts'
import { type IndexState, type TriggerBackends, triggerIndexState } from './trigger-index.ts'

/** The outcomes of a trigger, and a part of its grid of tests. */
export interface TriggerOutcomes {
  readonly trigger: Trigger
  readonly index: IndexState
  /** Exact, of all tests. */
  readonly counts: readonly OutcomeCount[]
  readonly rows: readonly OutcomeRow[]
  /** Columns of the grid. */
  readonly arches: readonly string[]
  /** Britney's excuse, if known. */
  readonly excuse: Excuse | undefined
  /**
   * If a way of failing was requested: the ids of the tests that fail in that way, and whether all failures
   * were examined.
   */
  readonly failing: Pick<FailingSo, 'tests' | 'isCut'> | undefined
  /** The package after which the next part begins; undefined if this was the last part. */
  readonly next: PackageOutcome | undefined
}

/** A package in one release. */
export interface OutcomeRow {
  readonly release: string
  readonly package: string
  /** By arch. */
  readonly outcomes: ReadonlyMap<string, TestOutcome>
  /** Arches on which it is running for this trigger, or waiting, perhaps for a retry. */
  readonly live: ReadonlyMap<string, LiveState>
  /** Arches on which britney ignores the failure because of a hint. */
  readonly ignored: ReadonlySet<string>
  /** How often retries of tests that hold the trigger up passed, by arch, if known for the test itself. */
  readonly rescue: ReadonlyMap<string, RescueRate>
}

/** The activity of a test; `position` is its place in the queue, from 1. */
export interface LiveState {
  readonly word: 'running' | 'queued'
  readonly position?: number
}

type OutcomeBackends = TriggerBackends & {
  readonly derived: Pick<Derived, 'steadiness' | 'failures'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly documents: Pick<Documents, 'excuses'>
}

/** Britney's excuse for an upload; undefined if that is not known, or there is none. */
export async function excuseOf(
  { documents }: Pick<OutcomeBackends, 'documents'>,
  trigger: Trigger,
): Promise<Excuse | undefined> {
  return (await documents.excuses?.current())?.value?.of(trigger)
}

/** Britney's excuses for the waiting uploads of a source. */
export async function excusesOfSource(
  { documents }: Pick<OutcomeBackends, 'documents'>,
  source: string,
): Promise<readonly Excuse[]> {
  return (await documents.excuses?.current())?.value?.ofSource(source) ?? []
}

/** The number of packages in one part of the grid. */
const PACKAGES = 50

/** Counts, and the part of the grid after a package, ordered by the worst outcome first. */
export async function triggerOutcomes(
  backends: OutcomeBackends,
  trigger: Trigger,
  filter: OutcomeFilter,
  after: PackageOutcome | undefined,
  failure?: FailureText,
): Promise<TriggerOutcomes> {
  const { triggers } = backends.derived
  const counts = (await triggers.counts(trigger)) ?? []
  const failing = failure && (await failingSo(backends.derived, trigger, filter, failure))
  const found =
    failing === undefined
      ? await triggers.packages(trigger, filter, { limit: PACKAGES + 1, after })
      : failing.packages.filter(one => isBehind(one, after)).slice(0, PACKAGES + 1)
  const shown = found.slice(0, PACKAGES)
  const outcomes = await triggers.outcomesOf(
    trigger,
    shown.map(one => one.package),
  )
  const live = liveTests(backends, trigger, shown)
  const marks = { live, ignored: await ignoredTests(backends, trigger) }
  const liveArches = [...live.values()].flatMap(ofArch => [...ofArch.keys()])
  const columns = [...new Set([...counts.map(one => one.arch), ...liveArches])].sort()
  return {
    trigger,
    excuse: await excuseOf(backends, trigger),
    index: await triggerIndexState(backends),
    ...{ counts, failing },
    rows: rowsOf(shown, outcomes, filter, marks, await rescuesOf(backends.derived, outcomes)),
    arches: filter.arch === undefined ? columns : columns.filter(arch => arch === filter.arch),
    next: found.length > PACKAGES ? shown.at(-1) : undefined,
  }
}

/**
 * Whether a package comes after another in the order of the pages: the worst outcome first, by name within
 * it.
 */
function isBehind(one: PackageOutcome, after: PackageOutcome | undefined): boolean {
  if (after === undefined) return true
  const [mine, last] = [OUTCOMES.indexOf(one.outcome), OUTCOMES.indexOf(after.outcome)]
  return mine > last || (mine === last && one.package > after.package)
}

/**
 * Additions to outcomes: running and waiting tests, by row and arch, and ids of tests that a hint lets pass.
 */
interface Marks {
  readonly live: ReadonlyMap<string, ReadonlyMap<string, LiveState>>
  readonly ignored: ReadonlySet<string>
}

/** The tests that a hint lets pass; britney's word for it is stored, as a hint cannot be derived. */
async function ignoredTests(
  { documents }: Pick<OutcomeBackends, 'documents'>,
  trigger: Trigger,
): Promise<ReadonlySet<string>> {
  const said = (await documents.excuses?.current())?.value?.tests(trigger) ?? []
  return new Set(said.filter(({ word }) => word === 'IGNORE-FAIL').map(testId))
}

function rowsOf(
  packages: readonly PackageOutcome[],
  outcomes: readonly TestOutcome[],
  filter: OutcomeFilter,
  { live, ignored }: Marks,
  rescue: ReadonlyMap<string, RescueRate>,
): OutcomeRow[] {
  const byPackage = new Map<string, Map<string, Map<string, TestOutcome>>>()
  for (const outcome of outcomes) {
    if (filter.release !== undefined && outcome.release !== filter.release) continue
    const releases = byPackage.get(outcome.package) ?? new Map<string, Map<string, TestOutcome>>()
    byPackage.set(outcome.package, releases)
    releases.set(outcome.release, (releases.get(outcome.release) ?? new Map()).set(outcome.arch, outcome))
  }
  return packages.flatMap(({ package: name }) =>
    [...(byPackage.get(name) ?? [])].sort(byRelease).map(([release, ofArch]) => ({
      release,
      package: name,
      outcomes: ofArch,
      live: live.get(`${release}/${name}`) ?? new Map(),
      ignored: new Set(
        [...ofArch.keys()].filter(arch => ignored.has(testId({ release, arch, package: name }))),
      ),
      rescue: new Map(
        [...ofArch.keys()].flatMap(arch => {
          const rate = rescue.get(testId({ release, arch, package: name }))
          return rate === undefined ? [] : [[arch, rate] as const]
        }),
      ),
    })),
  )
}

const byRelease = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

/** The rescue rates of tests that hold the trigger up, if the test itself had enough retries. */
async function rescuesOf(
  derived: Pick<Derived, 'steadiness'>,
  outcomes: readonly TestOutcome[],
): Promise<Map<string, RescueRate>> {
  const holding = outcomes.filter(({ outcome }) => outcome === 'regression' || outcome === 'no baseline')
  const rates = await ownRescueRates(derived, holding)
  return new Map(
    holding.flatMap((test, place) => {
      const rate = rates[place]
      return rate === undefined ? [] : [[testId(test), rate] as const]
    }),
  )
}

/** The running or waiting tests of these packages for the trigger, by arch, by release and package. */
function liveTests(
  backends: Pick<OutcomeBackends, 'snapshots'>,
  trigger: Trigger,
  packages: readonly PackageOutcome[],
): Map<string, Map<string, LiveState>> {
  const live = new Map<string, Map<string, LiveState>>()
  const text = triggerText(trigger)
  const running = runningTests(backends).byPackage
  const queued = queuedRequests(backends)
  const note = (test: TestKey, triggers: readonly string[], state: LiveState) => {
    if (!triggers.includes(text)) return
    const row = `${test.release}/${test.package}`
    live.set(row, (live.get(row) ?? new Map<string, LiveState>()).set(test.arch, state))
  }
  for (const { package: name } of packages) {
    for (const request of queued.ofPackage(name)) {
      const { params, position } = request
      if (params.audience === undefined) note(request, params.triggers, { word: 'queued', position })
    }
    for (const test of running.get(name) ?? []) note(test, test.params.triggers, { word: 'running' })
  }
  return live
}
