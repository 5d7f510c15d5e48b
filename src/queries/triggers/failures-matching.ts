import type { Derived } from '../../backends/derived/derived.ts'
import type { OutcomeFilter, PackageOutcome, TestOutcome } from '../../backends/derived/triggers.ts'
import { testId } from '../../domain/test/test.ts'
import type { Outcome } from '../../domain/trigger/outcome.ts'
import type { Trigger } from '../../domain/trigger/trigger.ts'
import { type FailureText, havingText } from '../failures/failure-text.ts'

/** The tests at which an upload fails in a given way. */
export interface FailingSo {
  /** The worst outcome first, by name within it. */
  readonly packages: readonly PackageOutcome[]
  /** By {@link testId}. */
  readonly tests: ReadonlySet<string>
  /** Whether there are more failures than were examined. */
  readonly isCut: boolean
}

/** The number of failures that are examined: a few hundredths of a second for each thousand. */
const MOST = 5_000
/** The outcomes of an upload that are failures, the worst first. */
const FAILURES: readonly Outcome[] = ['regression', 'no baseline', 'not a regression']

/** The failures of a trigger whose first line that says why contains a text or matches a pattern. */
export async function failingSo(
  derived: Pick<Derived, 'triggers' | 'failures'>,
  trigger: Trigger,
  filter: OutcomeFilter,
  wanted: FailureText,
): Promise<FailingSo> {
  const outcomes = FAILURES.filter(one => filter.outcome === undefined || filter.outcome === one)
  const failures: TestOutcome[] = []
  for (const outcome of outcomes) {
    const limit = MOST + 1 - failures.length
    if (limit > 0)
      failures.push(...(await derived.triggers.tests(trigger, { ...filter, outcome }, { limit })))
  }
  const found = await havingText(derived, failures.slice(0, MOST), wanted)
  const worst = new Map<string, PackageOutcome>()
  for (const { package: name, outcome } of found) {
    if (!worst.has(name)) worst.set(name, { package: name, outcome })
  }
  return {
    packages: [...worst.values()],
    tests: new Set(found.map(testId)),
    isCut: failures.length > MOST,
  }
}
