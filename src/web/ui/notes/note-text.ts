import { notePieces } from '../../../domain/note/note-links.ts'
import { showControls } from '../markup/control-characters.ts'
import { escapedAlready, escapeHtml, type Markup, markup } from '../markup/markup.ts'

/** The text of a note as it was written, with links that this site does not vouch for. */
export function noteText(text: string): Markup {
  return markup`${notePieces(text).map(({ text: piece, href }) =>
    href === undefined
      ? writtenText(piece)
      : markup`<a href="${writtenText(href)}" rel="nofollow noopener">${writtenText(piece)}</a>`,
  )}`
}

/**
 * Text that users wrote, for contents and attributes. Run ids in it are none to programs, which look for them by
 * their `@` in the source of pages: those of the page's own runs must stay the only ones.
 */
export function writtenText(text: string): Markup {
  return escapedAlready(escapeHtml(showControls(text)).replaceAll('@', '&#64;'))
}
