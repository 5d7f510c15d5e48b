import type { Note } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { type Markup, markup } from '../markup/markup.ts'
import { NotesView } from './note-card.view.ts'

/** A test; or a package, without release and arch. */
interface NotedTest {
  readonly package: string
  readonly release?: string
  readonly arch?: string
}

/** What people wrote about a test and its package, or about a package alone. */
export function NotesOfTest({
  test: { package: name, release },
  notes,
}: {
  readonly test: NotedTest
  /** Undefined while they cannot be read. */
  readonly notes: readonly Note[] | undefined
}): Markup | undefined {
  if (notes === undefined) return markup`<p class="quiet">Notes cannot be read at the moment.</p>`
  return NotesView({
    notes,
    label: release === undefined ? 'Notes about this package' : 'Notes about this test and its package',
    all: links.notes({ package: name, state: 'open' }),
  })
}

/** The way to write more. */
export function LeaveNoteLink({ package: name, release, arch }: NotedTest): Markup {
  const at = release === undefined ? 'package' : 'test'
  const href = links.newNote({ at, package: name, release, arch })
  return markup`<p class="quiet"><a href="${href}" rel="nofollow">Leave a note</a></p>`
}
