import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { WaitingRequest } from '../../../../queries/queues/queued.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

export type ExpectedRequest = WaitingRequest & { readonly expected: ExpectedStart | undefined }

/** More than this are folded. */
const OPEN = 6

/**
 * Requests of one package that wait, each with its place in its queue and when it is likely to start.
 * @param total of which these are the first
 */
export function waitingOfPackage(requests: readonly ExpectedRequest[], total: number): Markup {
  const table = (some: readonly ExpectedRequest[]) =>
    waitingTable(some, ['queue', 'place', 'start', 'triggers', 'requested'])
  if (requests.length <= OPEN + 1) return table(requests)
  const rest = requests.slice(OPEN)
  const more = markup`<summary>${count(total - OPEN)} more</summary>`
  const unlisted = total - requests.length
  const others = unlisted > 0 && markup`<p class="quiet">${counted(unlisted, 'more request')} wait.</p>`
  return markup`
    ${table(requests.slice(0, OPEN))}
    <details class="more">${more}${table(rest)}${others}</details>
  `
}
