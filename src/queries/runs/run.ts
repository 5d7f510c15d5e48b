import type { Derived, StoredDetails } from '../../backends/derived/derived.ts'
import type { FailureProgress, StoredFailure } from '../../backends/derived/failures.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { readingOf } from '../failures/failures.ts'
import type { ReadsNotes } from '../notes/notes.ts'
import { type NotesOfRun, notesOfRun } from '../notes/notes-of-run.ts'
import { type RunAttempts, runAttempts } from './run-attempts.ts'
import { type RunContext, runContext } from './run-context.ts'

export interface RunPage {
  readonly run: Run
  readonly previous: Run | undefined
  readonly next: Run | undefined
  /** Undefined if details are not derived on this site. */
  readonly details: StoredDetails | undefined
  readonly retry: boolean
  /** Undefined for a run that has passed. */
  readonly context: RunContext | undefined
  readonly attempts: RunAttempts
  /** Why it failed; undefined if its log was not analysed. */
  readonly failures: readonly StoredFailure[] | undefined
  /** The progress of reading older logs again, while some are left. */
  readonly reading: FailureProgress | undefined
  /** Notes about it; undefined while they cannot be read. */
  readonly notes: NotesOfRun | undefined
}

/**
 * Everything that is known about a run without requests to the store; undefined if the run does not exist.
 */
export async function shownRun(
  backends: ReadsNotes & {
    readonly results: Pick<Results, 'run' | 'neighbours' | 'history' | 'newestRuns' | 'id' | 'since'>
    readonly derived: Pick<Derived, 'details' | 'newestOf' | 'position' | 'failures' | 'steadiness'>
  },
  key: RunKey,
): Promise<RunPage | undefined> {
  const { results, derived } = backends
  const [run, { previous, next }, details, failures, reading] = await Promise.all([
    results.run(key),
    results.neighbours(key),
    derived.details(key),
    derived.failures.of(key),
    readingOf(derived),
  ])
  if (run === undefined) return undefined
  const [context, attempts, notes] = await Promise.all([
    runContext(backends, run),
    runAttempts(backends, run, failures?.[0]?.signature?.address),
    notesOfRun(backends, key, failures),
  ])
  const retry = isRetryable(verdictOf(run.exitcode))
  return { run, previous, next, details, retry, context, attempts, failures, reading, notes }
}
