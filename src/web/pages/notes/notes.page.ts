import type { NoteFilter, NotesPage } from '../../../backends/state/notes.ts'
import { BadInput } from '../../../domain/errors.ts'
import type { Note } from '../../../domain/note/note.ts'
import { noteList } from '../../../queries/notes/note-page.ts'
import { type Answer, html, json, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { links } from '../../links.ts'
import type { Web } from '../../web.ts'
import { noteObject } from './note-json.ts'
import { NotesListView } from './notes.view.ts'

const ROWS = 50

/** `/notes?package=…&author=…&state=open|ended`: all notes, newest first. */
export const notesPage: Page<'notes'> = {
  from: ['notes'],
  render: ({ query }, web) =>
    query.get('format') === 'json' ? jsonAnswer(query, web) : htmlAnswer(query, web),
}

/** The same for programs. */
export const notesJson: Page<'notesJson'> = {
  from: ['notes'],
  render: ({ query }, web) => jsonAnswer(query, web),
}

async function htmlAnswer(query: URLSearchParams, web: Web): Promise<Answer> {
  const { filter, notes, older } = await find(query, web)
  const isFirst = (query.get('after') ?? '') === ''
  return html(
    NotesListView({
      layout: layoutOf(web),
      ...{ filter, notes, isFirst },
      older: older && links.notes({ ...filter, after: older }),
    }),
  )
}

async function jsonAnswer(query: URLSearchParams, web: Web): Promise<Answer> {
  const { filter, notes, older } = await find(query, web)
  const { baseUrl } = web.settings
  return json({
    notes: notes.map(note => noteObject(note, baseUrl)),
    next: older === undefined ? null : baseUrl + links.notesJson({ ...filter, after: older }),
  })
}

async function find(query: URLSearchParams, web: Web) {
  const filter = readFilter(query)
  const { notes, more } = await noteList(web, filter, { limit: ROWS, after: readPlace(query) })
  const last = more ? notes.at(-1) : undefined
  return { filter, notes, older: last && placeOf(last) }
}

function readFilter(query: URLSearchParams): NoteFilter {
  const [name, author, state] = ['package', 'author', 'state'].map(one => query.get(one)?.trim() ?? '')
  if (state !== '' && state !== 'open' && state !== 'ended')
    throw new BadInput('state must be open or ended, or absent.')
  return { ...(name && { package: name }), ...(author && { author }), ...(state && { state }) }
}

const placeOf = ({ made, id }: Note): string => `${made.getTime()}-${id}`

/** An invalid position gives the first page. */
function readPlace(query: URLSearchParams): NotesPage['after'] {
  const [, time, id] = /^(\d{1,15})-([0-9a-f]{12})$/.exec(query.get('after') ?? '') ?? []
  return time === undefined || id === undefined ? undefined : { made: new Date(Number(time)), id }
}
