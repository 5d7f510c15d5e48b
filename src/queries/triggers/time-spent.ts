import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Trigger } from '../../domain/trigger/trigger.ts'

/** How long machines were busy with the runs that decided what became of a trigger. */
export interface TimeSpent {
  readonly seconds: number
  /** Runs that were looked at; where there are more, the others are taken to last as long. */
  readonly runs: number
  readonly isEstimate: boolean
}

/** Runs that are looked at. */
const MOST = 1_000

/** @param tests how many there are; undefined where nothing has ended, or nobody knows how long it took */
export async function timeSpent(
  { results, derived }: { results: Pick<Results, 'runs'>; derived: Pick<Derived, 'triggers'> },
  trigger: Trigger,
  tests: number,
): Promise<TimeSpent | undefined> {
  if (tests === 0) return undefined
  const decided = await derived.triggers.tests(trigger, {}, { limit: MOST })
  const durations = (await results.runs(decided)).flatMap(({ duration }) => duration ?? [])
  if (durations.length === 0) return undefined
  const sum = durations.reduce((all, one) => all + one, 0)
  const isEstimate = durations.length < tests
  return {
    seconds: isEstimate ? Math.round((sum / durations.length) * tests) : sum,
    runs: durations.length,
    isEstimate,
  }
}
