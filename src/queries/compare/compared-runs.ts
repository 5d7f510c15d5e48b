import type { Derived, StoredDetails } from '../../backends/derived/derived.ts'
import type { FirstFailure } from '../../backends/derived/failures.ts'
import type { Results } from '../../backends/results/results.ts'
import { compareSubtests, type SubtestChanges } from '../../domain/compare/subtest-changes.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** Two runs, each with the information besides its row. */
export interface ComparedRuns {
  readonly from: Run
  readonly to: Run
  readonly details: {
    /** Undefined if details are not derived on this site. */
    readonly from: StoredDetails | undefined
    readonly to: StoredDetails | undefined
  }
  /** The line of each that says why it failed; undefined if none is known. */
  readonly failures: {
    readonly from: FirstFailure | undefined
    readonly to: FirstFailure | undefined
  }
  /** Undefined if the subtests of one of them are not known. */
  readonly subtests: SubtestChanges | undefined
}

/** Two runs side by side, without requests to the store. Undefined in place of a run that does not exist. */
export async function comparedRuns(
  { results, derived }: { results: Pick<Results, 'run'>; derived: Pick<Derived, 'details' | 'failures'> },
  keys: { readonly from: RunKey; readonly to: RunKey },
): Promise<ComparedRuns | { readonly missing: RunKey }> {
  const [from, to, before, after, [why, whyTo]] = await Promise.all([
    results.run(keys.from),
    results.run(keys.to),
    derived.details(keys.from),
    derived.details(keys.to),
    derived.failures.firstOf([keys.from, keys.to]),
  ])
  if (from === undefined) return { missing: keys.from }
  if (to === undefined) return { missing: keys.to }
  const subtests =
    before?.state === 'known' && after?.state === 'known'
      ? compareSubtests(before.subtests, after.subtests)
      : undefined
  return { from, to, details: { from: before, to: after }, failures: { from: why, to: whyTo }, subtests }
}
