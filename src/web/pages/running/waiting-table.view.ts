import type { WaitingRequest } from '../../../queries/queues/queued.ts'
import { links } from '../../links.ts'
import { type Markup, markup } from '../../ui/markup.ts'
import { count } from '../../ui/numbers.ts'
import { requestedBriefly, requestedBy } from '../../ui/request-params.ts'

/** Requests of several queues, each with its place. */
export function waitingTable(requests: readonly WaitingRequest[]): Markup {
  return markup`<table class="readable queued"><thead><tr><th scope="col">Package</th><th scope="col">Queue</th><th scope="col" class="n">Place</th><th scope="col">Triggers</th><th scope="col">Requested</th></tr></thead>
<tbody>${requests.map(
    one =>
      markup`<tr data-row><td data-head="Package"><a href="${links.package({ package: one.package })}">${one.package}</a></td><td data-head="Queue"><a href="${links.queue(one)}">${one.context} ${one.release}/${one.arch}</a></td><td data-head="Place" class="n">${count(one.position)}</td><td data-head="Triggers">${requestedBriefly(one.params, links.queue(one))}</td><td data-head="Requested">${requestedBy(one.params)}</td></tr>`,
  )}</tbody></table>`
}
