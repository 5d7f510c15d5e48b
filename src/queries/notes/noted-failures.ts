import type { Derived } from '../../backends/derived/derived.ts'
import type { Run } from '../../domain/run/run.ts'
import { type FailuresOfRuns, failuresOfRuns } from '../failures/failures-of-runs.ts'
import { notesAtFailures, type ReadsNotes } from './notes.ts'

/** The first line of each failed run of a list, with the notes about it, with two queries. */
export async function notedFailures(
  backends: ReadsNotes & { readonly derived: Pick<Derived, 'failures'> },
  runs: readonly Run[],
): Promise<FailuresOfRuns> {
  const failures = [...(await failuresOfRuns(backends, runs))]
  const shown = failures.map(([run, { test, address }]) => ({
    ...{ package: run.package, arch: run.arch, subtest: test, address },
  }))
  const notes = await notesAtFailures(backends, shown)
  return new Map(failures.map(([run, failure], place) => [run, { ...failure, notes: notes?.[place] }]))
}
