import type { ExpectedStart } from '../../../../queries/queues/expected-start.ts'
import type { WaitingRequest } from '../../../../queries/queues/queued.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { waitingTable } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'

export type ExpectedRequest = WaitingRequest & { readonly expected: ExpectedStart | undefined }

/** More than this are folded. */
const OPEN = 6

/**
 * Waiting requests of one package, each with its position in its queue and its likely start. @param total how many
 * there are, of which these are the first
 */
export function waitingOfPackage(requests: readonly ExpectedRequest[], total: number): Markup {
  const table = (some: readonly ExpectedRequest[]) => waitingTable(some, 'package')
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
