import { notePieces } from '../../../domain/note/note-links.ts'
import { showControls } from '../markup/control-characters.ts'
import { escapedAlready, escapeHtml, type Markup, markup } from '../markup/markup.ts'

/** What a note says: text as it was written, with links to what it names, which nobody here vouches for. */
export function noteText(text: string): Markup {
  return markup`${notePieces(text).map(({ text: piece, href }) =>
    href === undefined
      ? writtenText(piece)
      : markup`<a href="${writtenText(href)}" rel="nofollow noopener">${writtenText(piece)}</a>`,
  )}`
}

/**
 * What somebody wrote, for between tags and in attributes. Run ids in it are none to programs, which look for them by
 * their `@` in the source of pages: those of the page's own runs must stay the only ones.
 */
export function writtenText(text: string): Markup {
  return escapedAlready(escapeHtml(showControls(text)).replaceAll('@', '&#64;'))
}
