import type { StoredFailure } from '../../backends/derived/failures.ts'
import type { Note } from '../../domain/note/note.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { notesAbove, notesAtFailures, type ReadsNotes } from './notes.ts'

export interface NotesOfRun {
  /** The notes about each of its failures, in the same order. */
  readonly atFailures: readonly (readonly Note[])[]
  /** The notes about its test and its package. */
  readonly above: readonly Note[]
}

/** The number of a run's failures for which notes are looked up. */
const MOST_FAILURES = 100

/** The open notes that apply to a run; undefined while they cannot be read. */
export async function notesOfRun(
  backends: ReadsNotes,
  run: RunKey,
  failures: readonly StoredFailure[] = [],
): Promise<NotesOfRun | undefined> {
  const shown = failures
    .slice(0, MOST_FAILURES)
    .map(
      ({ test: subtest, signature }) =>
        signature && { ...{ package: run.package, arch: run.arch, subtest }, address: signature.address },
    )
  const [atFailures, above] = await Promise.all([
    notesAtFailures(backends, shown),
    notesAbove(backends, run.package, run),
  ])
  return atFailures && above && { atFailures, above }
}
