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
import { type Trigger, triggerText } from '../../domain/trigger/trigger.ts'
import { queuedRequests } from '../queues/queued.ts'
import { runningTests } from '../queues/running.ts'
import { type IndexState, type TriggerBackends, triggerIndexState } from './trigger-index.ts'

/** What became of a trigger, and a part of its grid of tests. */
export interface TriggerOutcomes {
  readonly trigger: Trigger
  readonly index: IndexState
  /** Exact, of all tests. */
  readonly counts: readonly OutcomeCount[]
  readonly rows: readonly OutcomeRow[]
  /** Columns of the grid. */
  readonly arches: readonly string[]
  /** What britney says of it, where that is known. */
  readonly excuse: Excuse | undefined
  /** After which the next part begins; undefined: this was the last. */
  readonly next: PackageOutcome | undefined
}

/** A package in one release. */
export interface OutcomeRow {
  readonly release: string
  readonly package: string
  /** By arch. */
  readonly outcomes: ReadonlyMap<string, TestOutcome>
  /** Arches on which it is run for this trigger again, or waits for that. */
  readonly live: ReadonlyMap<string, 'running' | 'queued'>
}

type Backends = TriggerBackends & {
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly documents: Pick<Documents, 'excuses'>
}

/** What britney says of an upload; undefined where that is not known, or it says nothing of it. */
export async function excuseOf(
  { documents }: Pick<Backends, 'documents'>,
  trigger: Trigger,
): Promise<Excuse | undefined> {
  return (await documents.excuses?.current())?.value?.of(trigger)
}

/** Packages of one part of the grid. */
const PACKAGES = 50

/** Counts, and the part of the grid after a package: those with the worst outcome first. */
export async function triggerOutcomes(
  backends: Backends,
  trigger: Trigger,
  filter: OutcomeFilter,
  after: PackageOutcome | undefined,
): Promise<TriggerOutcomes> {
  const { triggers } = backends.derived
  const counts = (await triggers.counts(trigger)) ?? []
  const found = await triggers.packages(trigger, filter, { limit: PACKAGES + 1, after })
  const shown = found.slice(0, PACKAGES)
  const outcomes = await triggers.outcomesOf(
    trigger,
    shown.map(one => one.package),
  )
  const columns = [...new Set(counts.map(one => one.arch))].sort()
  return {
    trigger,
    excuse: await excuseOf(backends, trigger),
    index: await triggerIndexState(backends),
    counts,
    rows: rowsOf(shown, outcomes, filter, liveTests(backends, trigger, shown)),
    arches: filter.arch === undefined ? columns : columns.filter(arch => arch === filter.arch),
    next: found.length > PACKAGES ? shown.at(-1) : undefined,
  }
}

function rowsOf(
  packages: readonly PackageOutcome[],
  outcomes: readonly TestOutcome[],
  filter: OutcomeFilter,
  live: ReadonlyMap<string, 'running' | 'queued'>,
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
      live: new Map(
        [...ofArch.keys()].flatMap(arch => {
          const state = live.get(testId({ release, arch, package: name }))
          return state === undefined ? [] : [[arch, state] as const]
        }),
      ),
    })),
  )
}

const byRelease = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

/** Tests of these packages that run or wait for the trigger, by their id. */
function liveTests(
  backends: Pick<Backends, 'snapshots'>,
  trigger: Trigger,
  packages: readonly PackageOutcome[],
): Map<string, 'running' | 'queued'> {
  const live = new Map<string, 'running' | 'queued'>()
  const text = triggerText(trigger)
  const running = runningTests(backends).byPackage
  const queued = queuedRequests(backends)
  const note = (test: TestKey, triggers: readonly string[], state: 'running' | 'queued') => {
    if (triggers.includes(text)) live.set(testId(test), state)
  }
  for (const { package: name } of packages) {
    for (const request of queued.ofPackage(name)) {
      if (request.params.audience === undefined) note(request, request.params.triggers, 'queued')
    }
    for (const test of running.get(name) ?? []) note(test, test.params.triggers, 'running')
  }
  return live
}
