import type { RunPage } from '../../../../queries/runs/run.ts'
import { links } from '../../../links.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { NotesView } from '../../../ui/notes/note-card.view.ts'
import { LeaveNote, type OfferedPlace } from '../../../ui/notes/note-form.view.ts'

/** Failures that a note can be left at from here; the address of the form can name any. */
const MOST = 20
const LONGEST = 80

/** What people wrote about the test and its package, and the way to write more. */
export function NotesOfRun({ page }: { readonly page: RunPage }) {
  const { run, notes } = page
  const { package: name, release, arch, runId } = run
  return markup`
    ${notes === undefined && markup`<p class="quiet">Notes cannot be read at the moment.</p>`}
    ${NotesView({
      notes: notes?.above ?? [],
      label: 'Notes about this test and its package',
      all: links.notes({ package: name, state: 'open' }),
    })}
    ${LeaveNote({ places: placesOf(page), hidden: { package: name, release, arch, run: runId } })}
  `
}

/** Its failures, each wherever it occurs and as one of its subtest, then all of the test, and of the package. */
function placesOf({ run, failures = [] }: RunPage): OfferedPlace[] {
  const known = failures.slice(0, MOST).flatMap(({ test, signature }) => {
    if (signature === undefined) return []
    const { address, text } = signature
    const shown = shownText(text)
    const clipped = shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown
    const where = test === '' ? `in ${run.package}` : `of ${shownText(test)} in ${run.package}`
    return [
      { at: `failure:${address}`, name: `this failure, wherever it occurs: ${clipped}` },
      { at: `subtest:${address}:${test}`, name: `this failure ${where}: ${clipped}` },
    ]
  })
  const names = new Map(known.map(place => [place.at, place]))
  return [
    ...names.values(),
    { at: 'test', name: `the test ${run.package} on ${run.release} ${run.arch}` },
    { at: 'package', name: `the package ${run.package}` },
  ]
}
