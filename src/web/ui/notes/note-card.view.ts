import type { Note } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { timeElement } from '../facts/time.ts'
import { shownText } from '../markup/control-characters.ts'
import { type Markup, markup } from '../markup/markup.ts'
import { noteText } from './note-text.ts'

/** The number of notes that are shown in one place; the page of all notes has the others. */
const MOST = 10

/** Where a note stands, in words. */
function placeWords({ kind, test, subtest, ...note }: Note): string {
  const where = test === undefined ? note.package : `${note.package} on ${test.release} ${test.arch}`
  switch (kind) {
    case 'failure':
      return 'about this failure, wherever it occurs'
    case 'subtest':
      return subtest === ''
        ? `about this failure of ${note.package}, outside its tests`
        : `about this failure of ${shownText(subtest)} in ${note.package}`
    case 'test':
      return `about the test ${where}`
    case 'package':
      return `about the package ${note.package}`
  }
}

/** A note with all that it says, and who says it. */
export function NoteView({ note }: { readonly note: Note }): Markup {
  const { id, text, author, made, edits, arches, untilPass, state } = note
  const words = [
    edits > 0 && 'edited',
    placeWords(note),
    arches.length > 0 && `on ${arches.join(', ')}`,
    untilPass && state === 'open' && 'until it passes',
  ].filter(word => typeof word === 'string')
  return markup`
    <article class="note ${state}" id="note-${id}">
      <p class="note-text">${noteText(text)}</p>
      <p class="quiet">
        ${author}, ${timeElement(made.getTime())}, ${words.join(', ')}${endOf(note)}.${' '}
        <a href="${links.note({ id })}">This note</a>${' '}
        <a href="${links.noteEdit({ id })}" rel="nofollow">Edit</a>
      </p>
    </article>
  `
}

function endOf({ ended }: Note): Markup | undefined {
  if (ended === undefined) return undefined
  const { at, run } = ended
  return markup`
    , ended ${timeElement(at.getTime())}${run && markup` with <a href="${links.run(run)}">a pass</a>`}
  `
}

/**
 * Notes in one place, newest first; nothing if there are none.
 * @param all the address of those that are not shown here
 */
export function NotesView({
  notes,
  label,
  all,
}: {
  readonly notes: readonly Note[]
  readonly label: string
  readonly all: string
}): Markup | undefined {
  if (notes.length === 0) return undefined
  return markup`
    <section class="notes" aria-label="${label}">
      ${notes.slice(0, MOST).map(note => NoteView({ note }))}
      ${notes.length > MOST && markup`<p><a href="${all}">${notes.length - MOST} more notes</a></p>`}
    </section>
  `
}
