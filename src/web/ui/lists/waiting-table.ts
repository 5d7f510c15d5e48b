import type { QueueKey } from '../../../domain/queue/queue-name.ts'
import type { QueuedRequest } from '../../../domain/request/request-params.ts'
import { isRequestUuid } from '../../../domain/request/request-uuid.ts'
import type { ExpectedStart } from '../../../queries/queues/expected-start.ts'
import { links } from '../../links.ts'
import { expectedCell } from '../facts/expected.ts'
import { count } from '../facts/numbers.ts'
import { requestedBriefly, requestedBy, requestedWith } from '../facts/request-params.ts'
import { timeElement } from '../facts/time.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'

/** A waiting request, as lists of it show it. */
export type ListedRequest = QueuedRequest &
  QueueKey & {
    readonly position: number
    /** When it starts, for the list that says so. */
    readonly expected?: ExpectedStart | undefined
  }

interface Column {
  readonly head: string
  /** Of both cells. */
  readonly kind?: 'n' | 'links'
  readonly cell: (request: ListedRequest) => Markup | string
}

/**
 * Every column that a list of waiting requests can have; {@link LISTS} says which list has which. A request that was
 * made on a website has a page, where it can be withdrawn.
 */
const COLUMNS = {
  no: { head: 'No', kind: 'n', cell: one => String(one.position) },
  package: {
    head: 'Package',
    cell: one => markup`<a href="${links.package({ package: one.package })}">${one.package}</a>`,
  },
  queue: {
    head: 'Queue',
    cell: one => markup`<a href="${links.queue(one)}">${one.context} ${one.release}/${one.arch}</a>`,
  },
  place: { head: 'Place', kind: 'n', cell: one => count(one.position) },
  triggers: { head: 'Triggers', cell: one => requestedWith(one.params) },
  /** Where there are many rows: the others stand on the page of the queue. */
  firstTriggers: { head: 'Triggers', cell: one => requestedBriefly(one.params, links.queue(one)) },
  requested: { head: 'Requested', cell: one => requestedBy(one.params) },
  /** Where it is known who asked. */
  when: {
    head: 'Requested',
    cell: ({ params }) => (params.submitted === undefined ? NOTHING : timeElement(params.submitted)),
  },
  start: { head: 'Likely start (UTC)', cell: one => expectedCell(one.expected) },
  details: {
    head: 'Links',
    kind: 'links',
    cell: ({ params: { uuid } }) =>
      uuid !== undefined && isRequestUuid(uuid)
        ? markup`<a href="${links.requestProgress({ uuid })}">details</a>`
        : NOTHING,
  },
} satisfies Readonly<Record<string, Column>>

/** The columns of each list of waiting requests, by what it is a list of. */
const LISTS = {
  queue: ['no', 'package', 'triggers', 'requested', 'start', 'details'],
  package: ['queue', 'place', 'start', 'triggers', 'requested'],
  upload: ['package', 'queue', 'place', 'start'],
  /** Of a user or a team: who asked is known. */
  people: ['package', 'queue', 'place', 'triggers', 'when'],
  filtered: ['package', 'queue', 'place', 'firstTriggers', 'requested'],
  /** What is said of the next request of each queue besides its package. */
  next: ['firstTriggers', 'requested'],
  needless: ['queue', 'place', 'firstTriggers', 'requested'],
  removable: ['triggers', 'requested'],
} as const satisfies Readonly<Record<string, readonly (keyof typeof COLUMNS)[]>>

export type WaitingList = keyof typeof LISTS

const columnsOf = (list: WaitingList): readonly Column[] => LISTS[list].map(name => COLUMNS[name])

/** A row of a private request, which only its requester may see. */
export interface PrivateRow {
  readonly position: number
  readonly isPrivate: true
}

/** Waiting requests in the order of `requests`; the first column is shown of private ones, too. */
export function waitingTable(
  requests: readonly (ListedRequest | PrivateRow)[],
  list: WaitingList,
  caption?: string,
): Markup {
  const columns = columnsOf(list)
  const title = caption === undefined ? NOTHING : markup`<caption>${caption}</caption>\n`
  return markup`
    <table class="readable queued">
      ${title}
      <thead><tr>${waitingHeads(list)}</tr></thead>\n
      <tbody>${requests.map(one => markup`<tr data-row>${cellsOf(one, columns)}</tr>\n`)}</tbody>
    </table>
  `
}

/** The heads of a list's columns, for a table that has others beside them. */
export const waitingHeads = (list: WaitingList): readonly Markup[] => columnsOf(list).map(head)

/** The cells of one request under those heads. */
export const waitingCells = (request: ListedRequest, list: WaitingList): readonly Markup[] =>
  columnsOf(list).map(column => cell(column, column.cell(request)))

/** How many cells {@link waitingCells} gives. */
export const waitingWidth = (list: WaitingList): number => LISTS[list].length

function head({ head: text, kind }: Column): Markup {
  if (kind === 'links') return markup`<th scope="col"><span class="for-readers">${text}</span></th>`
  return kind === undefined
    ? markup`<th scope="col">${text}</th>`
    : markup`<th scope="col" class="n">${text}</th>`
}

function cellsOf(request: ListedRequest | PrivateRow, columns: readonly Column[]): readonly Markup[] {
  if (!('isPrivate' in request)) return columns.map(column => cell(column, column.cell(request)))
  const [first, second] = columns
  const others = columns.length - 1
  return [
    ...(first === undefined ? [] : [cell(first, String(request.position))]),
    markup`<td data-head="${second?.head}" colspan="${others}" class="quiet">private job</td>`,
  ]
}

/** On a phone each row is a block, and each cell says what it is. */
function cell({ head: name, kind }: Column, content: Markup | string): Markup {
  if (kind === 'links') return markup`<td class="links">${content}</td>`
  return kind === undefined
    ? markup`<td data-head="${name}">${content}</td>`
    : markup`<td data-head="${name}" class="${kind}">${content}</td>`
}
