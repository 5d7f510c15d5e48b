import type { Note } from '../../../domain/note/note.ts'
import { noteLinks } from '../../../domain/note/note-links.ts'
import { links } from '../../links.ts'
import { timeElement } from '../facts/time.ts'
import { showControls } from '../markup/control-characters.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { writtenText } from './note-text.ts'

/** Bugs and pages that a mark names; the note has them all. */
const MOST_LINKS = 2
const LONGEST = 60

/** That a failure is known, on one line: by the newest note, with how many others there are. */
export function noteMark(notes: readonly Note[] = []): Markup {
  const [newest, ...others] = notes
  if (newest === undefined) return NOTHING
  const name = markup`<a href="${links.note(newest)}">${writtenText(noteName(newest))}</a>`
  const more = others.length > 0 && ` and ${others.length} more`
  return markup`
    <span class="note-mark">
      known: ${name}, ${newest.author}, ${timeElement(newest.made.getTime())}${more}
    </span>
  `
}

/** What a note is called: what it names, else how it begins. */
export function noteName({ text }: Pick<Note, 'text'>): string {
  const named = noteLinks(text)
  if (named.length > 0)
    return named
      .slice(0, MOST_LINKS)
      .map(({ name }) => name)
      .join(', ')
  const [line = ''] = text.split('\n', 1)
  const begins = [...line].slice(0, LONGEST).join('')
  return showControls(begins.length < text.length ? `${begins}…` : begins)
}
