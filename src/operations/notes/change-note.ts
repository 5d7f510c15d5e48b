import type { NoteWriter } from '../../backends/state/notes.ts'
import { Conflict, Forbidden, NotFound } from '../../domain/errors.ts'
import type { Note, NoteText } from '../../domain/note/note.ts'
import type { Refusal } from '../../domain/request/request-form.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { readableNote } from '../../queries/notes/note-page.ts'
import type { LimitRefusal } from '../requests/check-limits.ts'
import { checkNotePermission } from './check-note-permission.ts'
import {
  checkArches,
  keepRefusal,
  type NoteDeps,
  type NoteRules,
  refusedTooOften,
  tooManyNotes,
} from './leave-note.ts'
import { type LocatedNote, locateNote } from './locate-note.ts'

/** A user who wants to change a note. */
export interface NoteEditor extends NoteWriter {
  /** Whether they are an admin of this site; asked where they are not its author. Unavailable if Launchpad is. */
  readonly isAdmin: () => Promise<boolean>
}

/**
 * Changes what a note says, for its author, who must still be one who may leave one there, and for admins. {@link
 * Conflict} if it was changed after it was read.
 */
export async function editNote(
  deps: NoteDeps,
  rules: NoteRules,
  read: Pick<Note, 'id' | 'edits'>,
  text: NoteText,
  editor: NoteEditor,
  now: Date,
): Promise<Refusal | LimitRefusal | Note> {
  const tooMany = await refusedTooOften(deps, editor, now)
  if (tooMany !== undefined) return tooMany
  const note = await readableNote(deps, read.id)
  await checkEditor(note, editor)
  checkArches(text, [...rules.arches, ...note.arches], note.test?.arch)
  const located = await locatedAgain(deps, rules, note)
  if (note.author === editor.requester) {
    const refusal = await checkNotePermission(deps, rules, located, editor.requester)
    if (refusal !== undefined) return keepRefusal(deps, located, editor, refusal, now)
  }
  const outcome = await deps.state.notes.edit(read, text, editor, now)
  if (outcome === 'limited') return keepRefusal(deps, located, editor, tooManyNotes(editor), now)
  if (outcome === 'gone') throw new NotFound('This note was deleted.')
  if (outcome === 'changed')
    throw new Conflict('Somebody else has changed this note in the meantime: reload the page and try again.')
  deps.log.info({ note: read.id, by: editor.requester, source: editor.source }, 'a note was edited')
  return readableNote(deps, read.id)
}

/** Deletes a note, for its author and for admins. */
export async function deleteNote(
  deps: Pick<NoteDeps, 'state' | 'log'>,
  id: string,
  editor: NoteEditor,
  now: Date,
): Promise<void> {
  await checkEditor(await readableNote(deps, id), editor)
  if (!(await deps.state.notes.delete(id, editor, now))) throw new NotFound('This note was deleted.')
  deps.log.info({ note: id, by: editor.requester, source: editor.source }, 'a note was deleted')
}

async function checkEditor({ author }: Note, { requester, isAdmin }: NoteEditor): Promise<void> {
  if (author === requester || (await isAdmin())) return
  throw new Forbidden('Only its author and the admins of this site may change a note.')
}

/** By what it is known who may write where a note stands; the run at which it was left may be gone. */
async function locatedAgain(deps: NoteDeps, { releases }: NoteRules, place: Note): Promise<LocatedNote> {
  const { test, runId } = place
  const name = place.package
  if (test === undefined) {
    const nowhere = { release: '', arch: '', runId: '', address: '', subtest: '' }
    return { ...(await locateNote(deps, { kind: 'package', package: name, ...nowhere }, releases)), place }
  }
  const run = runId === undefined ? undefined : await deps.results.run({ package: name, ...test, runId })
  return { place, release: test.release, triggers: splitTriggers(run?.triggers) }
}
