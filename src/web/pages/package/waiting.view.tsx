import type { WaitingRequest } from '../../../queries/queues/queued.ts'
import { links } from '../../links.ts'
import { type Markup, markup } from '../../ui/markup.ts'
import { count } from '../../ui/numbers.ts'
import { requestedBy, requestedWith } from '../../ui/request-params.ts'

/** More than this are folded. */
const OPEN = 6

/** Requests of one package that wait, each with its place in its queue. */
export function waitingTable(requests: readonly WaitingRequest[]): Markup {
  if (requests.length <= OPEN + 1) return table(requests)
  const rest = requests.slice(OPEN)
  return markup`${table(requests.slice(0, OPEN))}<details class="more"><summary>${count(rest.length)} more</summary>${table(rest)}</details>`
}

function table(requests: readonly WaitingRequest[]): Markup {
  return markup`<table class="readable"><thead><tr><th scope="col">Queue</th><th scope="col" class="n">Place</th><th scope="col">Triggers</th><th scope="col">Requested</th></tr></thead>
<tbody>
${requests.map(row)}</tbody></table>`
}

function row(request: WaitingRequest): Markup {
  return markup`<tr data-row><td data-head="Queue"><a href="${links.queue(request)}">${request.context} ${request.release} ${request.arch}</a></td><td data-head="Place" class="n">${count(request.position)}</td><td data-head="Triggers">${requestedWith(request.params)}</td><td data-head="Requested">${requestedBy(request.params)}</td></tr>
`
}
