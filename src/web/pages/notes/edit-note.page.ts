import type { Context } from 'hono'
import { BadInput, Forbidden } from '../../../domain/errors.ts'
import type { Note } from '../../../domain/note/note.ts'
import { readNoteText } from '../../../domain/note/note-form.ts'
import { deleteNote, editNote, type NoteEditor } from '../../../operations/notes/change-note.ts'
import { readableNote } from '../../../queries/notes/note-page.ts'
import { type Action, leadTo, readerHtml } from '../../handlers/action.ts'
import { readForm } from '../../handlers/body.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { wantsJson } from '../../http/error-answers.ts'
import { links } from '../../links.ts'
import { isAdmin } from '../../sign-in/admins.ts'
import { signInOf } from '../../sign-in/open-sign-in.ts'
import type { Web } from '../../web.ts'
import { EditNoteView } from './edit-note.view.ts'
import { NoteLoginView } from './note-answers.view.ts'
import { noteObject } from './note-json.ts'
import { answerNoteRefusal, type NoteSubmitter, noteLogin, noteSubmissions } from './note-submission.ts'

/** `/notes/ID/edit`: its author and the admins change what a note says, or delete it (`do=delete`). */
export const noteEditPage: Action<'noteEdit'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    const submitter = noteSubmissions(web)
    return async (c, { params: { id } }) => {
      if (c.req.method !== 'POST') return showForm(c, web, id)
      const fields = await readForm(c)
      const by = await submitter(c, fields)
      if (by instanceof Response) return by
      const response = await change(c, web, id, fields, by)
      return by.who === undefined ? response : signIn.keep(c, response, by.who)
    }
  },
}

async function showForm(c: Context, web: Web, id: string): Promise<Response> {
  const { reader, keep } = signInOf(web)
  const who = await reader(c)
  if (who === undefined) return readerHtml(NoteLoginView(noteLogin(c, web, new URLSearchParams())), 403)
  const note = await readableNote(web, id)
  if (note.author !== who.nickname && !(await isAdmin(web, who)))
    throw new Forbidden('Only its author and the admins of this site may change a note.')
  const layout = { ...layoutOf(web), reader: who.nickname }
  return keep(c, readerHtml(EditNoteView({ layout, note })), who)
}

async function change(
  c: Context,
  web: Web,
  id: string,
  fields: URLSearchParams,
  { writer }: NoteSubmitter,
): Promise<Response> {
  const editor: NoteEditor = {
    ...writer,
    isAdmin: () => isAdmin(web, { nickname: writer.requester }),
  }
  const now = new Date()
  if (fields.get('do') === 'delete') {
    await deleteNote(web, id, editor, now)
    return wantsJson(c) ? new Response(null, { status: 204 }) : leadTo(links.notes())
  }
  const read = { id, edits: readEdits(fields) }
  const outcome = await editNote(web, web.settings, read, readNoteText(fields), editor, now)
  if ('lines' in outcome) return answerNoteRefusal(c, web, writer.requester, outcome, fields)
  return answerEdited(c, web, outcome)
}

function answerEdited(c: Context, web: Web, note: Note): Response {
  return wantsJson(c) ? Response.json(noteObject(note, web.settings.baseUrl)) : leadTo(links.note(note))
}

function readEdits(fields: URLSearchParams): number {
  const text = fields.get('edits') ?? ''
  if (!/^\d{1,9}$/.test(text))
    throw new BadInput('edits is missing: the number of edits that the note had when you read it.')
  return Number(text)
}
