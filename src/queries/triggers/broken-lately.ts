import type { Derived } from '../../backends/derived/derived.ts'
import type { FirstFailure } from '../../backends/derived/failures.ts'
import type { FailureFilter, TriggerFailure } from '../../backends/derived/triggers.ts'
import { testId } from '../../domain/test/test.ts'
import { type Trigger, triggerText } from '../../domain/trigger/trigger.ts'
import { type RegressionBackends, regressions } from './regressions.ts'
import type { IndexState } from './trigger-index.ts'

/**
 * The tests that uploads broke, by upload and by the line that says why: those that broke most tests first.
 */
export interface BrokenLately {
  readonly index: IndexState
  /** Exact unless `isCut`. */
  readonly tests: number
  readonly isCut: boolean
  readonly allUploads: number
  readonly uploads: readonly { readonly trigger: Trigger; readonly tests: number }[]
  /** The causes of the failures with a known line. */
  readonly causes: readonly Cause[]
}

/** A way of failing, and the tests that it broke. */
export interface Cause extends FirstFailure {
  readonly newest: TriggerFailure
  readonly tests: number
  readonly uploads: number
}

/** The number of entries in each list. */
const SHOWN = 6
/**
 * The number of failures whose line is looked up: beyond that some causes are counted too low, and the newest
 * come first anyway.
 */
const LINES = 500

/** Regressions that match the filter; the newest are read first. */
export async function brokenLately(
  backends: RegressionBackends,
  filter: FailureFilter,
): Promise<BrokenLately> {
  const { failures, isCut, index } = await regressions(backends, filter)
  const uploads = grouped(failures, one => triggerText(one.trigger))
  return {
    index,
    isCut,
    tests: new Set(failures.map(testId)).size,
    allUploads: uploads.length,
    uploads: uploads.slice(0, SHOWN).map(group => ({ trigger: group[0].trigger, tests: group.length })),
    causes: await causesOf(backends.derived, failures.slice(0, LINES)),
  }
}

async function causesOf(
  derived: Pick<Derived, 'failures'>,
  failures: readonly TriggerFailure[],
): Promise<Cause[]> {
  const lines = new Map<TriggerFailure, FirstFailure>()
  for (const [place, found] of (await derived.failures.firstOf(failures)).entries()) {
    if (found !== undefined) lines.set(failures[place] as TriggerFailure, found)
  }
  const groups = grouped([...lines.keys()], one => lines.get(one)?.address ?? '')
  return groups.slice(0, SHOWN).map(group => ({
    ...(lines.get(group[0]) as FirstFailure),
    newest: group[0],
    tests: new Set(group.map(testId)).size,
    uploads: new Set(group.map(one => triggerText(one.trigger))).size,
  }))
}

type Group<T> = readonly [T, ...T[]]

/** The largest first. */
function grouped<T>(list: readonly T[], keyOf: (one: T) => string): Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()].sort((a, b) => b.length - a.length)
}
