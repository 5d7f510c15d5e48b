import type { Derived, StoredDetails } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'

export interface RunPage {
  readonly run: Run
  readonly previous: Run | undefined
  readonly next: Run | undefined
  /** Undefined if nothing derives details here. */
  readonly details: StoredDetails | undefined
  readonly retry: boolean
}

/** All that is known of one run without asking the store; undefined if there is no such run. */
export async function runPage(
  { results, derived }: { results: Pick<Results, 'run' | 'neighbours'>; derived: Pick<Derived, 'details'> },
  key: RunKey,
): Promise<RunPage | undefined> {
  const [run, { previous, next }, details] = await Promise.all([
    results.run(key),
    results.neighbours(key),
    derived.details(key),
  ])
  return run && { run, previous, next, details, retry: isRetryable(verdictOf(run.exitcode)) }
}
