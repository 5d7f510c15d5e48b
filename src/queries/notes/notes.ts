import type { Notes } from '../../backends/state/notes.ts'
import { Unavailable } from '../../domain/errors.ts'
import { isAboutFailure, type Note, type ShownFailure, standsAbove } from '../../domain/note/note.ts'

/** A reader of notes. */
export interface ReadsNotes {
  readonly state: { readonly notes: Pick<Notes, 'atFailures' | 'ofPackage'> }
}

/**
 * The open notes about each of these failures, newest first, with one query; undefined while they cannot be
 * read.
 */
export async function notesAtFailures(
  { state }: ReadsNotes,
  shown: readonly (ShownFailure | undefined)[],
): Promise<Note[][] | undefined> {
  const addresses = [...new Set(shown.flatMap(one => one?.address ?? []))]
  const notes = await state.notes.atFailures(addresses).catch(orAway)
  return notes && shown.map(one => (one === undefined ? [] : notes.filter(note => isAboutFailure(note, one))))
}

/** The open notes about each of these ways of failing, in any subtest, newest first. Undefined as above. */
export async function notesBySignature(
  { state }: ReadsNotes,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly Note[]> | undefined> {
  const notes = await state.notes.atFailures(addresses).catch(orAway)
  return notes && Map.groupBy(notes, ({ failure }) => failure?.address ?? '')
}

/**
 * The open notes about a test and its package, newest first; without a test, about the package only.
 * Undefined as above.
 */
export async function notesAbove(
  { state }: ReadsNotes,
  name: string,
  test?: { readonly release: string; readonly arch: string },
): Promise<Note[] | undefined> {
  const notes = await state.notes.ofPackage(name).catch(orAway)
  return notes?.filter(note => standsAbove(note, name, test))
}

/** Pages are shown without notes if they are unavailable. */
function orAway(error: unknown): undefined {
  if (!(error instanceof Unavailable)) throw error
  return undefined
}
