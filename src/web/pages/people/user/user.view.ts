import type { WaitingRequest } from '../../../../queries/queues/queued.ts'
import type { RunningTest } from '../../../../queries/queues/running.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import type { PlaceRows } from '../../../ui/lists/place-rows.ts'
import { RunList, type RunListProps } from '../../../ui/lists/run-list.view.ts'
import { runningTable } from '../../../ui/lists/running-table.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

export interface UserViewProps {
  readonly layout: LayoutData
  readonly nick: string
  readonly running: readonly RunningTest[]
  readonly queued: readonly WaitingRequest[]
  /** Undefined if results were not asked for. */
  readonly found: RunListProps['found'] | undefined
  readonly failures: RunListProps['failures']
  readonly paging: { readonly limit: number; readonly offset: number }
  /** Parameters to keep in links. */
  readonly kept: Readonly<Record<string, string>>
  readonly hasPpas: boolean
  readonly place: PlaceRows
}

/** Of what waits no more is shown; each queue has a page of its own. */
const MOST_QUEUED = 200

/** Of what was requested here; all of it has a page of its own. */
const NEWEST = 5

/**
 * The tests that a user requested: the same for everybody. What only they may see, and what changes without a new
 * file or result, is added by a script.
 */
export function UserView(props: UserViewProps) {
  const { layout, nick, running, queued, found, hasPpas } = props
  const nothing = running.length === 0 && queued.length === 0 && (found?.runs.length ?? 0) === 0
  return Layout({
    layout,
    title: `Requests of ${nick}`,
    feed: links.userFeed({ nick, feed: 'feed.atom' }),
    children: markup`
      <h1>Requests of ${nick}</h1>
      <section data-include="${links.userRequests({ nick }, { limit: NEWEST })}" class="included">
        <p class="ways-on">
          <a href="${links.userRequests({ nick })}">Requested here, in every state</a>
          ${hasPpas && markup`<a href="${links.userPpas({ nick })}">PPAs with results</a>`}
        </p>
      </section>
      <div data-live="running queued">
        ${
          nothing &&
          Empty({
            children: markup`No test that ${nick} requested is waiting, running or completed here.`,
          })
        }
        ${running.length > 0 && markup`<h2>${counted(running.length, 'test')} running</h2>`}
        ${running.length > 0 && runningTable(running)}
        ${queued.length > 0 && markup`<h2>${counted(queued.length, 'request')} waiting</h2>`}
        ${queued.length > 0 && waitingOf(queued)}
        ${found && Results({ ...props, found })}
      </div>
      <p class="quiet">
        Which uploads of ${nick} are in trouble is not known, as the archive’s indexes do not tell who uploaded
        what. <a href="${links.regressions({ requester: nick })}">Regressions that ${nick} asked for</a>; all${' '}
        <a href="${links.regressions()}">regressions</a> can be narrowed to a source package, or to a team.
      </p>
    `,
  })
}

function Results({
  nick,
  found,
  failures,
  paging,
  kept,
  place,
}: UserViewProps & { found: NonNullable<UserViewProps['found']> }) {
  const to = (offset: number) => links.user({ nick }, { ...kept, offset: offset > 0 ? offset : undefined })
  return markup`<h2>Results</h2>${RunList({ found, failures, paging, to, place, isOfOne: true })}`
}

function waitingOf(requests: readonly WaitingRequest[]): Markup {
  const shown = requests.slice(0, MOST_QUEUED)
  const which =
    shown.length < requests.length
      ? `The first ${count(shown.length)} of ${count(requests.length)}`
      : 'Waiting'
  const caption = `${which}, with their positions in the queue`
  return waitingTable(shown, 'people', caption)
}
