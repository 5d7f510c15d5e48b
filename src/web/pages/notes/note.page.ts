import { noteWithHistory } from '../../../queries/notes/note-page.ts'
import { type Answer, html, json, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import type { Web } from '../../web.ts'
import { NoteHistoryView } from './note.view.ts'
import { changeObject, noteObject } from './note-json.ts'

/** `/notes/ID`: a note, where it stands, and what happened to it. */
export const notePage: Page<'note'> = {
  from: ['notes'],
  async render({ params: { id }, query }, web) {
    if (query.get('format') === 'json') return jsonAnswer(id, web)
    return html(NoteHistoryView({ layout: layoutOf(web), ...(await noteWithHistory(web, id)) }))
  },
}

/** The same for programs. */
export const noteJson: Page<'noteJson'> = {
  from: ['notes'],
  render: ({ params: { id } }, web) => jsonAnswer(id, web),
}

async function jsonAnswer(id: string, web: Web): Promise<Answer> {
  const { note, history } = await noteWithHistory(web, id)
  return json({ ...noteObject(note, web.settings.baseUrl), history: history.map(changeObject) })
}
