import type { Note } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { markup } from '../../ui/markup/markup.ts'
import { NoteForm } from '../../ui/notes/note-form.view.ts'
import { NotePlaceView } from './note-place.view.ts'

/** A note's text to be changed, and a button that deletes it. */
export function EditNoteView({ layout, note }: { readonly layout: LayoutData; readonly note: Note }) {
  const action = links.noteEdit(note)
  return Layout({
    layout,
    title: 'Edit a note',
    search: note.package,
    children: markup`
      <p class="crumbs"><a href="${links.notes()}">Notes</a> / <a href="${links.note(note)}">This note</a></p>
      <h1>Edit a note</h1>
      ${NotePlaceView({ note })}
      ${NoteForm({
        action,
        places: [],
        hidden: { edits: String(note.edits) },
        said: note,
        button: 'Save changes',
      })}
      ${note.state === 'ended' && markup`<p class="quiet">It has ended; saving changes opens it again.</p>`}
      <form action="${action}" method="post">
        <input type="hidden" name="do" value="delete"/>
        <button type="submit">Delete this note</button>
      </form>
    `,
  })
}
