import type { NoteFilter, Notes, NotesPage } from '../../backends/state/notes.ts'
import { NotFound } from '../../domain/errors.ts'
import type { Note, NoteChange } from '../../domain/note/note.ts'

interface Deps {
  readonly state: { readonly notes: Pick<Notes, 'find' | 'history' | 'list'> }
}

export interface NoteWithHistory {
  readonly note: Note
  /** The newest hundred changes, oldest first. */
  readonly history: readonly NoteChange[]
}

/** A note that may be read; throws NotFound if it was deleted, or never existed. */
export async function readableNote(
  { state }: { readonly state: { readonly notes: Pick<Notes, 'find'> } },
  id: string,
): Promise<Note> {
  const note = await state.notes.find(id)
  if (note === undefined) throw new NotFound('There is no such note.')
  if (note.state === 'deleted') throw new NotFound('This note was deleted.')
  return note
}

/** A note and its history; throws NotFound as above. */
export async function noteWithHistory(deps: Deps, id: string): Promise<NoteWithHistory> {
  const note = await readableNote(deps, id)
  return { note, history: await deps.state.notes.history(id) }
}

export interface NoteList {
  readonly notes: readonly Note[]
  readonly more: boolean
}

/** A page of all notes, newest first. */
export async function noteList({ state }: Deps, filter: NoteFilter, page: NotesPage): Promise<NoteList> {
  const found = await state.notes.list(filter, { ...page, limit: page.limit + 1 })
  return { notes: found.slice(0, page.limit), more: found.length > page.limit }
}
