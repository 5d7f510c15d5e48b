import type { Derived } from '../../backends/derived/derived.ts'
import type { FirstFailure } from '../../backends/derived/failures.ts'
import type { Note } from '../../domain/note/note.ts'
import type { Run } from '../../domain/run/run.ts'
import { isRetryable, verdictOf } from '../../domain/run/verdict.ts'

/** Why runs of a list failed, by the run object in the list. */
export type FailuresOfRuns = ReadonlyMap<Run, ListedFailure>

export interface ListedFailure extends FirstFailure {
  /** The open notes about it, newest first, if requested. */
  readonly notes?: readonly Note[] | undefined
}

/** In longer lists only the first runs have their failure. */
const MOST = 500

/** The first line of each failed run of a list, with one query. */
export async function failuresOfRuns(
  { derived }: { derived: Pick<Derived, 'failures'> },
  runs: readonly Run[],
): Promise<FailuresOfRuns> {
  const failed = runs.filter(run => isRetryable(verdictOf(run.exitcode))).slice(0, MOST)
  const found = await derived.failures.firstOf(failed)
  return new Map(failed.flatMap((run, place) => (found[place] === undefined ? [] : [[run, found[place]]])))
}
