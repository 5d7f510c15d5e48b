import { humanDuration } from '../../../domain/run/duration.ts'
import { isAllProposed, type Run, testnameOf } from '../../../domain/run/run.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { FailuresOfRuns } from '../../../queries/failures/failures-of-runs.ts'
import { LONGEST_URL } from '../../http/request-target.ts'
import { links } from '../../links.ts'
import { failureLine } from '../facts/failure-line.ts'
import { runTime } from '../facts/time.ts'
import { triggerList } from '../facts/trigger-list.ts'
import { verdictLink } from '../facts/verdict.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { versionText } from '../markup/wrapping.ts'
import { noteMark } from '../notes/note-mark.ts'
import { atOnce, type PlaceRows } from './place-rows.ts'
import { selectedName, selectionBox } from './selection.ts'

/** A row of a table of runs. */
export interface RunRow {
  readonly run: Run
  /** Whether running it again is offered. */
  readonly retry: boolean
}

export interface RunsTable {
  readonly rows: readonly RunRow[]
  /** Said to readers of the page and to screen readers: what these runs are. */
  readonly caption: string
  /**
   * What tells the rows apart: nothing but their runs, their release and arch too, or their package as well;
   * `requested` are of one requester, who is not named again in each.
   */
  readonly columns: 'runs' | 'tests' | 'packages' | 'requested'
  /** Rows that stand on top: what is running and queued. */
  readonly before?: readonly Markup[]
  /** Why runs failed: under the row of each. */
  readonly failures?: FailuresOfRuns
  /** Said beside each way to retry; of runs of one test. */
  readonly rescue?: Markup
  /** Where there may be very many rows. */
  readonly place?: PlaceRows
}

/** Runs, newest first; the same columns wherever runs are listed. On a phone each row becomes a block. */
export function runsTable(table: RunsTable): Markup {
  const { rows, caption, columns, before = [], failures, rescue, place = atOnce } = table
  return markup`
    <table class="runs readable">
      <caption>${caption}</caption>\n
      <thead>
        <tr>
          <th scope="col">Result</th>
          ${HEADS[columns]}
          <th scope="col">Version</th>
          <th scope="col">Triggers</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col" class="n">Duration</th>
          ${columns !== 'requested' && markup`<th scope="col">Requester</th>`}
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n
      <tbody>\n
        ${before}
        ${place(rows, row => markup`${runRow(row, columns, rescue)}${whyRow(row, columns, failures)}`)}
      </tbody>
    </table>
  `
}

const TEST_HEADS = markup`<th scope="col">Release</th><th scope="col">Arch</th>`
const PACKAGE_HEADS = markup`<th scope="col">Package</th>${TEST_HEADS}`
const HEADS: Readonly<Record<RunsTable['columns'], Markup>> = {
  runs: NOTHING,
  tests: TEST_HEADS,
  packages: PACKAGE_HEADS,
  requested: PACKAGE_HEADS,
}

function runRow({ run, retry }: RunRow, columns: RunsTable['columns'], rescue?: Markup): Markup {
  const verdict = verdictOf(run.exitcode)
  // By its key a row that moves down keeps its selection
  return markup`
    <tr data-row${retry ? markup` data-key="${selectedName(run)}"` : NOTHING}>
      <td class="id">${verdictLink(verdict, links.run(run))}</td>
      ${testCells(run, columns)}
      <td data-head="Version">${versionText(run.version)}</td>
      <td data-head="Triggers">${triggerList(run.triggers)}${extras(run)}</td>
      <td data-head="Date">${runTime(run.runId)}</td>
      <td data-head="Duration" class="n">${humanDuration(run.duration)}</td>
      ${columns !== 'requested' && markup`<td data-head="Requester">${requesterLink(run.requester)}</td>`}
      <td class="links">
        <a href="${links.log(run)}">log</a>
        ${retry ? markup`${retryLink(run)} ${selectionBox(run)}${rescue}` : ''}
      </td>
    </tr>\n
  `
}

/** How many columns stand behind the first. */
const OTHER_COLUMNS: Readonly<Record<RunsTable['columns'], number>> = {
  ...{ runs: 6, tests: 8, packages: 9, requested: 8 },
}

function whyRow({ run }: RunRow, columns: RunsTable['columns'], failures: RunsTable['failures']): Markup {
  const failure = failures?.get(run)
  if (failure === undefined) return NOTHING
  return markup`
    <tr class="why">
      <td></td>
      <td colspan="${OTHER_COLUMNS[columns]}">${failureLine(run, failure.line)}${noteMark(failure.notes)}</td>
    </tr>\n
  `
}

function testCells(run: Run, columns: RunsTable['columns']): Markup {
  if (columns === 'runs') return NOTHING
  const name =
    (columns === 'packages' || columns === 'requested') &&
    markup`<td class="id"><a href="${links.package({ package: run.package })}">${run.package}</a></td>`
  return markup`
    ${name}
    <td class="id">${run.release}</td>
    <td class="id"><a href="${links.test(run)}">${run.arch}</a></td>
  `
}

/** What a run was asked for beyond its triggers. */
function extras(run: Pick<Run, 'env'>): Markup | undefined {
  const testname = testnameOf(run)
  const words = [isAllProposed(run) && 'all-proposed', testname !== undefined && `only ${testname}`]
  const said = words.filter(word => typeof word === 'string')
  return said.length === 0 ? undefined : markup`<span class="extras">${said.join(', ')}</span>`
}

/** The page of a requester; '' and null stand for an unknown one. */
export function requesterLink(requester: string | null | undefined): Markup | undefined {
  return requester ? markup`<a href="${links.user({ nick: requester })}">${requester}</a>` : undefined
}

/** Runs a test again with what it was run with; nothing where that is more than an address can hold. */
export function retryLink(run: Run, text = 'retry'): Markup {
  if ((run.triggers?.length ?? 0) > LONGEST_URL) return NOTHING
  const href = links.retry(run, splitTriggers(run.triggers), isAllProposed(run))
  return markup` <a class="retry" rel="nofollow" href="${href}">${text}</a>`
}
