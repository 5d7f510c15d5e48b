import type { WaitingRequest } from '../../queries/queued.ts'
import { links } from '../links.ts'
import { type Markup, markup } from './markup.ts'
import { count } from './numbers.ts'
import { requesterLink } from './runs-table.ts'
import { timeElement } from './time.ts'
import { triggerList } from './triggers.ts'

/** More than this are folded. */
const OPEN = 6

/** Requests of one package that wait, each with its place in its queue. */
export function waitingTable(requests: readonly WaitingRequest[]): Markup {
  if (requests.length <= OPEN + 1) return table(requests)
  const rest = requests.slice(OPEN)
  return markup`${table(requests.slice(0, OPEN))}<details class="more"><summary>${count(rest.length)} more</summary>${table(rest)}</details>`
}

function table(requests: readonly WaitingRequest[]): Markup {
  return markup`<table class="runs readable"><thead><tr><th scope="col">Release</th><th scope="col">Arch</th><th scope="col">Queue</th><th scope="col" class="n">Place</th><th scope="col">Triggers</th><th scope="col">Asked for (UTC)</th><th scope="col">Requester</th></tr></thead>
<tbody>
${requests.map(waitingRow)}</tbody></table>`
}

function waitingRow(request: WaitingRequest): Markup {
  const { params } = request
  return markup`<tr data-row><td data-head="Release">${request.release}</td><td data-head="Arch">${request.arch}</td><td data-head="Queue"><a href="${links.runningQueue(request)}">${request.context}</a></td><td data-head="Place" class="n">${count(request.position)}</td><td data-head="Triggers">${triggerList(params.triggers)}${ppas(params.ppas)}</td><td data-head="Asked for">${params.submitted === undefined ? '' : timeElement(params.submitted)}</td><td data-head="Requester">${requesterLink(params.requester)}</td></tr>
`
}

const ppas = (names: readonly string[]): Markup | undefined =>
  names.length === 0 ? undefined : markup`<span class="extras">${names.join(', ')}</span>`
