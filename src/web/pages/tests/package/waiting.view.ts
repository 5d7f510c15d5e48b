import type { WaitingRequest } from '../../../../queries/queues/queued.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

/** More than this are folded. */
const OPEN = 6

/** Requests of one package that wait, each with its place in its queue. */
export function waitingOfPackage(requests: readonly WaitingRequest[]): Markup {
  const table = (some: readonly WaitingRequest[]) =>
    waitingTable(some, ['queue', 'place', 'triggers', 'requested'])
  if (requests.length <= OPEN + 1) return table(requests)
  const rest = requests.slice(OPEN)
  const more = markup`<summary>${count(rest.length)} more</summary>`
  return markup`${table(requests.slice(0, OPEN))}<details class="more">${more}${table(rest)}</details>`
}
