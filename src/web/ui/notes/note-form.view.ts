import { LONGEST_NOTE, type NoteText } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { attribute, type Markup, markup } from '../markup/markup.ts'

/** A place that is offered: what the form posts as `at`, and its name. */
export interface OfferedPlace {
  readonly at: string
  readonly name: string
}

export interface NoteFormProps {
  readonly action?: string
  /** Where the note may stand, the likeliest first; one alone is not asked about. */
  readonly places: readonly OfferedPlace[]
  /** What it is about, by the names of the fields. */
  readonly hidden: Readonly<Record<string, string>>
  readonly said?: NoteText | undefined
  readonly button?: string
}

/** Writes a note. */
export function NoteForm(props: NoteFormProps): Markup {
  const { action = links.newNote(), places, hidden, said, button = 'Leave this note' } = props
  return markup`
    <form class="note-form" action="${action}" method="post">
      ${Object.entries(hidden).map(
        ([field, value]) => markup`<input type="hidden" name="${field}" value="${value}"/>`,
      )}
      ${placeField(places)}
      <div class="field">
        <label for="note-text">Note</label>
        <textarea
          id="note-text"
          name="text"
          rows="4"
          maxlength="${LONGEST_NOTE}"
          required
          aria-describedby="note-hint"
        >\n${said?.text ?? ''}</textarea>
        <p class="quiet" id="note-hint">
          Plain text, for everybody to read. <code>LP: #123</code>, <code>Closes: #123</code> and addresses
          become links.
        </p>
      </div>
      <div class="field">
        <label for="note-arches">Architectures, if not all</label>
        <input
          id="note-arches"
          name="arches"
          value="${said?.arches.join(' ') ?? ''}"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      <p>
        <label>
          <input type="checkbox" name="until" value="pass"${attribute('checked', said?.untilPass)}/> It ends
          when it passes
        </label>
      </p>
      <p><button type="submit" class="main">${button}</button></p>
    </form>
  `
}

function placeField(places: readonly OfferedPlace[]): Markup | undefined {
  const [first] = places
  if (first === undefined) return undefined
  if (places.length === 1)
    return markup`<p><input type="hidden" name="at" value="${first.at}"/>At ${first.name}</p>`
  return markup`
    <div class="field">
      <label for="note-at">At</label>
      <select id="note-at" name="at">
        ${places.map(({ at, name }) => markup`<option value="${at}">${name}</option>`)}
      </select>
    </div>
  `
}

/** The same folded, where it is not what the page is about. */
export function LeaveNote(props: NoteFormProps): Markup {
  return markup`
    <details class="leave-note">
      <summary>Leave a note</summary>
      ${NoteForm(props)}
    </details>
  `
}
