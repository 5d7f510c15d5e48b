import type { NoteChange, NoteChangeKind } from '../../../domain/note/note.ts'
import type { NoteWithHistory } from '../../../queries/notes/note-page.ts'
import { links } from '../../links.ts'
import { timeElement } from '../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'
import { NoteView } from '../../ui/notes/note-card.view.ts'
import { noteName } from '../../ui/notes/note-mark.ts'
import { noteText } from '../../ui/notes/note-text.ts'
import { NotePlaceView } from './note-place.view.ts'

const WORDS: Readonly<Record<NoteChangeKind, string>> = {
  made: 'left the note',
  edited: 'edited the note',
  deleted: 'deleted the note',
  ended: 'ended by a pass',
  moved: 'the failure signature was updated',
}

/** What does it say, and what did it say before? */
export function NoteHistoryView({
  layout,
  note,
  history,
}: NoteWithHistory & { readonly layout: LayoutData }) {
  const name = note.package
  return Layout({
    layout,
    title: `Note: ${noteName(note)}`,
    search: name,
    children: markup`
      <p class="crumbs">
        <a href="${links.notes()}">Notes</a> / <a href="${links.notes({ package: name })}">${name}</a>
      </p>
      <h1>Note about ${name}</h1>
      ${NotePlaceView({ note })}
      <section class="notes" aria-label="The note">${NoteView({ note })}</section>
      ${
        history.length > 1 &&
        markup`
          <section class="note-history">
            <h2>History</h2>
            <ol reversed>${history.toReversed().map(step)}</ol>
          </section>
        `
      }
      <p class="quiet"><a href="${links.noteJson(note)}">This note as JSON</a></p>
    `,
  })
}

function step({ change, name, at, text, arches, untilPass }: NoteChange): Markup {
  const words = [
    `${name} ${WORDS[change]}`.trim(),
    arches.length > 0 && `on ${arches.join(', ')}`,
    untilPass && 'until it passes',
  ].filter(word => typeof word === 'string')
  const isNew = change === 'made' || change === 'edited'
  return markup`
    <li>
      <p>${timeElement(at.getTime())}: ${words.join(', ')}</p>
      ${isNew && markup`<p class="note-text">${noteText(text)}</p>`}
    </li>
  `
}
