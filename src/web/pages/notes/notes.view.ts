import type { NoteFilter } from '../../../backends/state/notes.ts'
import type { Note } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { FILTER_FOLD } from '../../ui/lists/filter-fold.ts'
import { Pagination } from '../../ui/lists/pagination.view.ts'
import { attribute, type Markup, markup } from '../../ui/markup/markup.ts'
import { NoteView } from '../../ui/notes/note-card.view.ts'
import { NotePlaceView } from './note-place.view.ts'

export interface NotesListProps {
  readonly layout: LayoutData
  readonly filter: NoteFilter
  readonly notes: readonly Note[]
  readonly isFirst: boolean
  readonly older: string | undefined
}

const NONE =
  'There are no such notes. ' +
  'People who may request a test can leave a note on the page of a run, a test or a package.'

/** What do people know about failures? */
export function NotesListView({ layout, filter, notes, isFirst, older }: NotesListProps) {
  const of = filter.package === undefined ? '' : ` about ${filter.package}`
  const by = filter.author === undefined ? '' : ` by ${filter.author}`
  return Layout({
    layout,
    title: `Notes${of}${by}`,
    children: markup`
      <h1>Notes${of}${by}</h1>
      ${filterForm(filter)}
      ${
        notes.length === 0
          ? Empty({ children: isFirst ? NONE : 'There are no more.' })
          : markup`
            <section class="notes" aria-label="Notes, newest first">${notes.map(
              note => markup`<div class="listed-note">${NotePlaceView({ note })}${NoteView({ note })}</div>`,
            )}</section>
          `
      }
      ${Pagination({ newest: isFirst ? undefined : links.notes({ ...filter }), older })}
      <p class="quiet"><a href="${links.notesJson({ ...filter })}">These notes as JSON</a></p>
    `,
  })
}

const STATES = [
  ['', 'all'],
  ['open', 'open'],
  ['ended', 'ended'],
] as const

function filterForm({ package: name, author, state }: NoteFilter): Markup {
  return markup`
    ${FILTER_FOLD}
    <form class="filters" action="${links.notes()}" method="get">
      <label>
        Package <input name="package" value="${name ?? ''}" autocomplete="off" autocapitalize="none"/>
      </label>
      <label>
        Author <input name="author" value="${author ?? ''}" autocomplete="off" autocapitalize="none"/>
      </label>
      <label>
        State${' '}
        <select name="state">${STATES.map(
          ([value, text]) =>
            markup`<option value="${value}"${attribute('selected', (state ?? '') === value)}>${text}</option>`,
        )}</select>
      </label>
      <button type="submit">Show</button>
    </form>
  `
}
