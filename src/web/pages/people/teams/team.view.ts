import type { Note } from '../../../../domain/note/note.ts'
import type { TeamTrouble } from '../../../../queries/tests/team.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { IndexNote } from '../../../ui/index-state.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { flakyTable } from '../../../ui/lists/flaky-table.ts'
import { runningTable } from '../../../ui/lists/running-table.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { NoteView } from '../../../ui/notes/note-card.view.ts'
import { NotePlaceView } from '../../notes/note-place.view.ts'
import { failureTable } from '../../triggers/regressions/failure-table.view.ts'
import type { FailureGroup } from '../../triggers/regressions/group-failures.ts'
import { RetrySelected } from '../../triggers/regressions/retry-selected.view.ts'

interface TeamProps {
  readonly layout: LayoutData
  readonly found: TeamTrouble
  /** By upload. */
  readonly regressions: readonly FailureGroup[]
  readonly broken: readonly FailureGroup[]
  /** Rows of each list; there is one more where it is cut. */
  readonly most: number
}

const noteCards = (notes: readonly Note[]): Markup => markup`
  <div class="notes">${notes.map(
    note => markup`<div class="listed-note">${NotePlaceView({ note })}${NoteView({ note })}</div>`,
  )}</div>
`

/** What is there for a team to look at? */
export function TeamView({ layout, found, regressions, broken, most }: TeamProps) {
  const { team, packages, index, running, queued, flaky, notes } = found
  const given = { team }
  const part = (name: string, of: readonly unknown[], none: string, list: () => Markup) => markup`
    <section>
      <h2>${name} <span class="quiet">${of.length > most ? `the first ${count(most)}` : count(of.length)}</span></h2>
      ${of.length === 0 ? Empty({ children: none }) : list()}
    </section>
  `
  const waits = () => waitingTable(queued.slice(0, most), 'people', 'With their positions in the queue')
  return Layout({
    layout,
    title: `Team ${team}`,
    here: 'regressions',
    feed: links.teamFeed({ team, feed: 'feed.atom' }),
    children: markup`
      <p class="crumbs"><a href="${links.teams()}">Teams</a></p>
      <h1>${team}</h1>
      <p>
        ${counted(packages.length, 'package')}. Regressions are those of the last two weeks:${' '}
        <a href="${links.regressions(given)}">all with filters</a>,${' '}
        <a href="${links.changes(given)}">changes of the last week</a>
      </p>
      ${IndexNote({ index })}
      ${part('Regressions of its tests', found.regressions, 'No test of its packages blocks an upload.', () =>
        failureTable(regressions, 'trigger', 0, most),
      )}
      ${part(
        'Broken by its uploads',
        found.broken,
        'No upload of its packages broke a test of another package.',
        () => failureTable(broken, 'trigger', 0, most),
      )}
      ${regressions.length + broken.length > 0 && RetrySelected({ given })}
      <div data-live="running queued">
        ${part('Running', running, 'None of its tests is running.', () => runningTable(running.slice(0, most)))}
        ${part('Waiting', queued, 'None of its tests is waiting.', waits)}
      </div>
      ${part('Flaky', flaky, 'None of its tests is known to be flaky.', () => flakyTable(flaky.slice(0, most), 0))}
      ${part('Notes', notes, 'Nobody has left a note at its packages.', () => noteCards(notes.slice(0, most)))}
    `,
  })
}
