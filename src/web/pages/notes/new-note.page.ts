import type { Context } from 'hono'
import type { Note } from '../../../domain/note/note.ts'
import { type NoteTarget, readNoteTarget, readNoteText } from '../../../domain/note/note-form.ts'
import { leaveNote } from '../../../operations/notes/leave-note.ts'
import { type Action, leadTo, readerHtml } from '../../handlers/action.ts'
import { readForm } from '../../handlers/body.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { wantsJson } from '../../http/error-answers.ts'
import { links } from '../../links.ts'
import { NOTE_FIELDS } from '../../parameters/note-fields.ts'
import { signInOf } from '../../sign-in/open-sign-in.ts'
import type { Web } from '../../web.ts'
import { NewNoteView } from './new-note.view.ts'
import { NoteLoginView } from './note-answers.view.ts'
import { noteObject } from './note-json.ts'
import { answerNoteRefusal, noteLogin, noteSubmissions } from './note-submission.ts'

/**
 * `/notes/new`: posted, leaves a note; programs are answered with it (201), browsers are led to where it stands. GET
 * shows the form, filled in as the address says.
 */
export const newNotePage: Action<'newNote'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    const submitter = noteSubmissions(web)
    return async (c, { query }) => {
      if (c.req.method !== 'POST') return showForm(c, web, query)
      const fields = await readForm(c)
      const by = await submitter(c, fields)
      if (by instanceof Response) return by
      const response = await leave(c, web, fields, by.writer)
      return by.who === undefined ? response : signIn.keep(c, response, by.who)
    }
  },
}

async function showForm(c: Context, web: Web, query: URLSearchParams): Promise<Response> {
  const { reader, keep } = signInOf(web)
  const who = await reader(c)
  if (who === undefined) return readerHtml(NoteLoginView(noteLogin(c, web, query)), 403)
  const target = readNoteTarget(query)
  const layout = { ...layoutOf(web), reader: who.nickname }
  const hidden = Object.fromEntries(NOTE_FIELDS.slice(1, 5).map(name => [name, query.get(name) ?? '']))
  const said = {
    text: query.get('text') ?? '',
    arches: (query.get('arches') ?? '').split(' ').filter(Boolean),
    untilPass: query.get('until') === 'pass',
  }
  const view = NewNoteView({ layout, target, hidden, said, at: query.get('at') ?? '' })
  return keep(c, readerHtml(view), who)
}

async function leave(
  c: Context,
  web: Web,
  fields: URLSearchParams,
  writer: Parameters<typeof leaveNote>[4],
): Promise<Response> {
  const target = readNoteTarget(fields)
  const text = readNoteText(fields)
  const outcome = await leaveNote(web, web.settings, target, text, writer, new Date())
  if ('lines' in outcome) return answerNoteRefusal(c, web, writer.requester, outcome, fields)
  if (!wantsJson(c)) return leadTo(standsOn(target, outcome))
  const location = web.settings.baseUrl + links.note(outcome)
  return Response.json(noteObject(outcome, web.settings.baseUrl), { status: 201, headers: { location } })
}

/** The page from which it was left. */
function standsOn({ runId, release, arch, ...target }: NoteTarget, { id }: Note): string {
  const name = target.package
  const page =
    runId !== ''
      ? links.run({ package: name, release, arch, runId })
      : release !== '' && arch !== ''
        ? links.test({ package: name, release, arch })
        : links.package({ package: name })
  return `${page}#note-${id}`
}
