import type { StoredFailure } from '../../backends/derived/failures.ts'
import type { Note } from '../../domain/note/note.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { notesAbove, notesAtFailures, type ReadsNotes } from './notes.ts'

export interface NotesOfRun {
  /** Those at each of its failures, in their order. */
  readonly atFailures: readonly (readonly Note[])[]
  /** Those at its test and its package. */
  readonly above: readonly Note[]
}

/** Failures of one run that notes are looked up for. */
const MOST_FAILURES = 100

/** The open notes that stand at a run; undefined while nobody can be asked. */
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
