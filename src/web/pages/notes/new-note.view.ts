import type { NoteText } from '../../../domain/note/note.ts'
import type { NoteTarget } from '../../../domain/note/note-form.ts'
import { links } from '../../links.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { shownText } from '../../ui/markup/control-characters.ts'
import { markup } from '../../ui/markup/markup.ts'
import { NoteForm } from '../../ui/notes/note-form.view.ts'

/** The form alone, filled in. */
export function NewNoteView({
  layout,
  target,
  hidden,
  said,
  at,
}: {
  readonly layout: LayoutData
  readonly target: NoteTarget
  readonly hidden: Readonly<Record<string, string>>
  readonly said: NoteText
  readonly at: string
}) {
  const name = target.package
  return Layout({
    layout,
    title: `Leave a note about ${name}`,
    search: name,
    children: markup`
      <p class="crumbs"><a href="${links.package({ package: name })}">${name}</a></p>
      <h1>Leave a note</h1>
      ${NoteForm({ places: [{ at, name: words(target) }], hidden, said })}
    `,
  })
}

function words({ kind, release, arch, address, subtest, ...target }: NoteTarget): string {
  const name = target.package
  if (kind === 'package') return `the package ${name}`
  if (kind === 'test') return `the test ${name} on ${release} ${arch}`
  const of = shownText(subtest) || 'the run itself'
  return `the failure ${address}, ${kind === 'failure' ? 'wherever it occurs' : `of ${of} in ${name}`}`
}
