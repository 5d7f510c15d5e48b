import type { FoundWaiting } from '../../../../queries/queues/live-filter.ts'
import type { Load } from '../../../../queries/queues/load.ts'
import type { NeedlessRequests } from '../../../../queries/queues/needless-requests.ts'
import type { Queue, Queues } from '../../../../queries/queues/queued.ts'
import type { RunningTest, RunningTests } from '../../../../queries/queues/running.ts'
import type { PacedTest } from '../../../../queries/queues/running-pace.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { loadTable } from '../../../ui/lists/load-table.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { LiveFilters } from './live-filters.view.ts'
import { queuesByContext } from './queues-by-context.view.ts'
import { otherPackages, runningList, stuckList } from './running-list.view.ts'

export interface RunningViewProps {
  readonly layout: LayoutData
  /** The words of the filter as given; '' if absent. */
  readonly given: Readonly<Record<string, string>>
  readonly isFiltered: boolean
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly running: RunningTests
  readonly queued: Queues
  readonly load: Load
  readonly stuck: readonly PacedTest[]
  /** Undefined while they are counted. */
  readonly needless: NeedlessRequests | undefined
  /** What runs and matches, the longest first, and as much of it as this page shows from `offset` on. */
  readonly tests: readonly RunningTest[]
  readonly shown: readonly PacedTest[]
  readonly offset: number
  readonly rows: number
  /** Those that can hold what is looked for. */
  readonly queues: readonly Queue[]
  /** Requests that match; undefined where nothing is looked for. */
  readonly waiting: FoundWaiting | undefined
  readonly waitingFrom: number
  /** The page is the same for everybody: what only admins may do is offered to all. */
  readonly hasAdmins: boolean
}

/** The number of stuck tests that are listed, and of those that are not folded: what runs is to be in sight, too. */
const MOST_STUCK = 20
const OPEN_STUCK = 5

export function RunningView(props: RunningViewProps) {
  const { layout, running, queued, load, stuck, needless, isFiltered, offset } = props
  const needlessTotal = (needless?.obsolete ?? 0) + (needless?.repeated ?? 0)
  const isFirst = !isFiltered && offset === 0
  return Layout({
    layout,
    title: 'Running',
    here: 'running',
    children: markup`
      <div data-live="running queued">
        <h1>${counted(running.tests.length, 'test')} running, ${count(queued.total)} queued</h1>
        ${Freshness({ running, queued })}
        ${load.arches.length > 0 && markup`<div class="wide">${loadTable(load)}</div>`}
        ${
          queued.unreadable.length > 0 &&
          markup`
            <p class="note">
              ${counted(queued.unreadable.length, 'queue')} could not be read, and are not counted.
            </p>
          `
        }
        ${
          needlessTotal > 0 &&
          markup`
            <p id="needless">
              <a href="${links.needless()}">${counted(needlessTotal, 'waiting request')} are needless</a>: obsolete,
              or requested twice.
            </p>
          `
        }
        ${
          isFirst &&
          stuck.length > 0 &&
          markup`
            <section id="stuck">
              <h2>Looks stuck: ${counted(stuck.length, 'test')}</h2>
              ${stuckList(stuck.slice(0, OPEN_STUCK))}
              ${
                stuck.length > OPEN_STUCK &&
                markup`
                  <details class="more">
                    <summary>${count(Math.min(stuck.length, MOST_STUCK) - OPEN_STUCK)} more</summary>
                    ${stuckList(stuck.slice(OPEN_STUCK, MOST_STUCK))}
                  </details>
                `
              }
              ${
                stuck.length > MOST_STUCK &&
                markup`
                  <p class="quiet">${count(stuck.length - MOST_STUCK)} more are marked in the list below.</p>
                `
              }
            </section>
          `
        }
        ${LiveFilters(props)}
        ${Tests({ ...props, isFirst })}
        ${isFiltered ? Waiting(props) : isFirst && QueuesInFull(props)}
      </div>
    `,
  })
}

/** When the two sources were last updated, or that they never were. */
function Freshness({ running, queued }: Pick<RunningViewProps, 'running' | 'queued'>) {
  return markup`
    <p class="quiet">
      ${
        running.at === undefined
          ? 'No worker has reported yet; is amqp-status-collector running? '
          : markup`Running tests as of ${timeElement(running.at.getTime())}. `
      }
      ${
        queued.at === undefined
          ? 'The queues have not been read yet; is cache-amqp running?'
          : markup`Queues as of ${timeElement(queued.at.getTime())}.`
      }
      ${
        (running.state === 'broken' || queued.state === 'broken') &&
        ' A file with live data cannot be read: this is the last one that could be read.'
      }
    </p>
  `
}

function Tests({
  given,
  isFiltered,
  running,
  tests,
  shown,
  offset,
  rows,
  isFirst,
}: RunningViewProps & { readonly isFirst: boolean }) {
  const to = (from: number) => links.running({ ...given, offset: from > 0 ? from : undefined })
  return markup`
    <h2 id="running">
      ${isFiltered ? `${counted(tests.length, 'running test')} match` : 'Running, longest first'}
    </h2>
    ${
      running.tests.length === 0
        ? Empty({
            children: 'No tests are running. A test appears here a few seconds after a worker has taken it.',
          })
        : shown.length > 0 && runningList(shown, offset === 0)
    }
    ${Pagination({
      newer: offset > 0 ? to(Math.max(0, offset - rows)) : undefined,
      older: offset + rows < tests.length ? to(offset + rows) : undefined,
      words: ['Longer', 'Shorter'],
    })}
    ${isFirst && otherPackages(tests.slice(rows), shown)}
  `
}

/** What waits and matches. */
function Waiting({ given, waiting, waitingFrom, rows }: RunningViewProps) {
  if (waiting === undefined) return null
  const { total, isExact, requests } = waiting
  const to = (from: number) => links.running({ ...given, waiting: from > 0 ? from : undefined })
  return markup`
    <h2 id="queued">${!isExact && 'At least '}${counted(total, 'waiting request')} match</h2>
    ${
      !isExact &&
      markup`
        <p class="quiet">Too many may match to count them all; narrow the filter for an exact number.</p>
      `
    }
    ${requests.length > 0 && waitingTable(requests, 'filtered')}
    ${Pagination({
      newer: waitingFrom > 0 ? to(Math.max(0, waitingFrom - rows)) : undefined,
      older: waitingFrom + rows < total ? to(waitingFrom + rows) : undefined,
      words: ['Before', 'After'],
    })}
  `
}

function QueuesInFull({ queues, queued, hasAdmins }: RunningViewProps) {
  return markup`
    <h2 id="queued">Next in each queue</h2>
    ${queued.total === 0 && Empty({ children: 'No requests are waiting: all queues are empty.' })}
    ${queuesByContext(queues, hasAdmins)}
  `
}
