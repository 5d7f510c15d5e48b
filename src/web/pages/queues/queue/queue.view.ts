import type { QueuedRequest } from '../../../../domain/request/request-params.ts'
import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { Queue } from '../../../../queries/queues/queued.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface QueueViewProps {
  readonly layout: LayoutData
  /** As the address has it. */
  readonly asked: { readonly context: string; readonly release: string; readonly arch: string }
  /** Undefined if there is no such queue, or it could not be read. */
  readonly queue: Queue | undefined
  readonly at: Date | undefined
  /** The requests of this page, and when each is likely to start. */
  readonly shown: readonly (QueuedRequest | undefined)[]
  readonly expected: readonly ExpectedStart[]
  readonly paging: { readonly limit: number; readonly offset: number }
  /** As given, to be kept in links. */
  readonly limit: string | undefined
  /** The page is the same for everybody: what only admins may do is offered to all. */
  readonly hasAdmins: boolean
}

export function QueueView({
  layout,
  asked,
  queue,
  shown,
  expected,
  paging,
  limit,
  hasAdmins,
}: QueueViewProps) {
  const title = `Queue ${asked.context} ${asked.release}/${asked.arch}`
  return Layout({
    layout,
    title,
    here: 'running',
    children: markup`
      <p class="crumbs"><a href="${links.running()}">Running</a></p>
      <h1>${title}</h1>
      ${
        queue === undefined
          ? Empty({
              children: markup`
                There is no such queue, or it cannot be read right now.${' '}
                <a href="${links.running()}">All queues</a>
              `,
            })
          : markup`
            ${Requests({ queue, shown, expected, paging, given: limit })}
            ${
              hasAdmins &&
              markup`
                <p class="ways-on"><a href="${links.queueRemoval(queue)}">Remove requests (admins)</a></p>
              `
            }
            <p class="quiet"><a href="${links.queueJson(queue)}">As JSON</a></p>
          `
      }
    `,
  })
}

/** Why some of what waits is not shown. */
function Unknown({ queue, unknown }: { queue: Queue; unknown: number }) {
  const { known, unread } = queue
  if (unread === undefined) {
    return markup`
      Only the oldest ${count(known)} are shown, as workers cannot take the other ${count(unknown)} while they are
      read.
    `
  }
  return markup`
    Which ${known === 0 ? 'they are' : `the other ${count(unknown)} are`} is not known: this queue is not
    inspected, as ${unread}.
  `
}

const queueKey = ({ context, release, arch }: Queue) => ({ context, release, arch })

function emptyText({ size, known, unread }: Queue): string {
  if (size === 0) return 'No requests are waiting in this queue.'
  return known === 0 && unread !== undefined
    ? 'None of the waiting requests can be shown.'
    : 'There are no more.'
}

function Requests({
  queue,
  shown,
  expected,
  paging,
  given,
}: Pick<QueueViewProps, 'shown' | 'expected'> & {
  queue: Queue
  paging: QueueViewProps['paging']
  given: QueueViewProps['limit']
}) {
  const { limit, offset } = paging
  const unknown = queue.size - queue.known
  const to = (start: number) => links.queue(queue, { limit: given, offset: start > 0 ? start : undefined })
  return markup`
    <div data-live="queued">
      <p>
        ${counted(queue.size, 'request')} ${queue.size === 1 ? 'waits' : 'wait'}.${' '}
        ${unknown > 0 && Unknown({ queue, unknown })}
      </p>
      ${
        shown.length === 0
          ? Empty({ children: emptyText(queue) })
          : waitingTable(
              shown.map((request, index) => {
                const position = offset + index + 1
                return request === undefined
                  ? { position, isPrivate: true as const }
                  : { ...queueKey(queue), ...request, position, expected: expected[index] }
              }),
              'queue',
              `Requests ${count(offset + 1)} to ${count(offset + shown.length)}`,
            )
      }
      ${Pagination({
        newest: undefined,
        newer: offset > 0 ? to(Math.max(0, offset - limit)) : undefined,
        older: offset + limit < queue.known ? to(offset + limit) : undefined,
        words: ['Before', 'After'],
      })}
    </div>
  `
}
