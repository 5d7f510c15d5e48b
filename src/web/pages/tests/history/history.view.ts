import type { Note } from '../../../../domain/note/note.ts'
import { isOfKind, type Latest } from '../../../../domain/run/latest.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { humanDate } from '../../../../domain/run/run-id.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { FailuresOfRuns } from '../../../../queries/failures/failures-of-runs.ts'
import type { RescueRate } from '../../../../queries/tests/rescue-rate.ts'
import type { TestGrid } from '../../../../queries/tests/test-grid.ts'
import type { Streak, TestHistory } from '../../../../queries/tests/test-history.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { rescueWords } from '../../../ui/facts/rescue.ts'
import { runMoment } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { runsTable } from '../../../ui/lists/runs-table.ts'
import { selectionForm } from '../../../ui/lists/selection.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'
import { LeaveNoteLink, NotesOfTest } from '../../../ui/notes/notes-of-test.view.ts'
import { durationsOf } from './durations.view.ts'
import { gridOfSubtests } from './grid.view.ts'
import { liveRows } from './live-rows.view.ts'

interface HistoryViewProps {
  readonly layout: LayoutData
  readonly history: TestHistory
  /** Why its runs failed. */
  readonly failures: FailuresOfRuns
  /** Whether this is the newest page. */
  readonly isFirst: boolean
  /** The subtests of its first runs; undefined where none are known. */
  readonly grid: TestGrid | undefined
  /** Whether retries helped. */
  readonly rescue: RescueRate | undefined
  /** Those at the test and its package; undefined while they cannot be read. */
  readonly notes: readonly Note[] | undefined
}

/** The same for people and for programs. */
export type ShownHistory = Omit<HistoryViewProps, 'layout'>

/** Since when, and with what? */
export function HistoryView(props: HistoryViewProps) {
  const { layout, history, failures, isFirst, grid, rescue, notes } = props
  const { test, rows, newer, older } = history
  const live = liveRows(history)
  return Layout({
    layout,
    title: `${test.package} ${test.release} ${test.arch}`,
    search: test.package,
    feed: links.testFeed({ ...test, feed: 'feed.atom' }),
    children: markup`
      <p class="crumbs"><a href="${links.package({ package: test.package })}">${test.package}</a></p>
      <h1>${test.package} on ${test.release} ${test.arch}</h1>
      ${rows.length > 0 && NotesOfTest({ test, notes })}
      ${isFirst && durationsOf(rows.map(row => row.run))}
      <div data-live="${live.length > 0 ? 'running queued results' : ''}">
        ${history.streak !== undefined && streakLine(history.streak)}
        ${isFirst && rows.length > 0 && LatestLinks({ history })}
        ${rows.length > 0 && strip(rows.map(row => row.run))}
        ${
          rows.length === 0 && live.length === 0
            ? Empty({
                children: isFirst ? nothingYet(test.package) : 'There are no older runs.',
              })
            : runsTable({
                rows,
                before: live,
                failures,
                columns: 'runs',
                rescue: rescueWords(rescue),
                caption: isFirst ? 'Runs, newest first' : 'Older runs, newest first',
              })
        }
      </div>
      ${selectionForm(rows)}
      ${grid && gridOfSubtests(grid, olderGrid(grid, rows.length))}
      ${Pagination({
        newest: isFirst ? undefined : links.test(test),
        newer: newer && links.test(test, { after: newer }),
        older: older && links.test(test, { before: older }),
      })}
      ${rows.length > 0 && LeaveNoteLink(test)}
      ${rows.length > 0 && markup`<p class="quiet"><a href="${links.testJson(test)}">These runs as JSON</a></p>`}
    `,
  })
}

/** The address of the grid that continues this one; undefined if the page has no more runs. */
function olderGrid({ runs }: TestGrid, onPage: number): string | undefined {
  const last = runs.at(-1)
  return last === undefined || onPage === runs.length ? undefined : links.test(last, { before: last.runId })
}

const nothingYet = (name: string): Markup =>
  markup`
    There are no previous results of this test. A test has results here once it has run in a release's own
    archive, not in a PPA. <a href="${links.package({ package: name })}">All results of ${name}</a>
  `

function streakLine({ passing, runs, since, changedFrom }: Streak): Markup {
  if (changedFrom === undefined) {
    if (runs === 1) return NOTHING
    const words = passing ? 'Passed in each' : 'Has not passed in any'
    return markup`<p>${words} of the last ${counted(runs, 'run')}.</p>`
  }
  const word = passing ? 'Passes' : 'Does not pass'
  return markup`
    <p>
      ${word} since ${runMoment(since.runId)} (${counted(runs, 'run')}), with version${' '}
      ${versionText(since.version)}; before that, ${verdictOf(changedFrom.exitcode)} with${' '}
      ${versionText(changedFrom.version)}.
    </p>
  `
}

/** Addresses to keep, which name no run. One is left out where it is known to lead to none. */
function LatestLinks({ history: { test, rows, older } }: Pick<HistoryViewProps, 'history'>) {
  const mayBe = (kind: Latest) => older !== undefined || rows.some(({ run }) => isOfKind(kind, run))
  return markup`
    <nav class="ways-on" aria-label="The newest runs">${LATEST_LINKS.filter(([kind]) => mayBe(kind)).map(
      ([kind, words]) => markup`<a href="${links.latest({ ...test, latest: kind })}">${words}</a>`,
    )}</nav>
  `
}

const LATEST_LINKS: readonly (readonly [Latest, string])[] = [
  ['latest', 'Latest run'],
  ['latest-pass', 'Last pass'],
  ['latest-fail', 'Last failure'],
]

/** At most this many runs stand in the strip: as many as a phone has room for in two lines. */
const IN_STRIP = 60

/** The newest runs by verdict, newest first: height and icon differ too, not only colour. */
function strip(runs: readonly Run[]): Markup {
  return markup`
    <ol class="strip" aria-label="The newest runs by verdict, newest first">
      ${runs.slice(0, IN_STRIP).map(stripLink)}
    </ol>
  `
}

function stripLink(run: Run): Markup {
  const verdict = verdictOf(run.exitcode)
  const what = `${verdict}, ${run.version ?? 'unknown'}, ${humanDate(run.runId)}`
  return markup`
    <li>
      <a class="${verdict}" href="${links.run(run)}" title="${what}">
        <span class="for-readers">${verdict}</span>
      </a>
    </li>
  `
}
