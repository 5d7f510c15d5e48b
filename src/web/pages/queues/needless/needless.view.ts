import type { NeedlessRequest, NeedlessRequests } from '../../../../queries/queues/needless-requests.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { waitingCells, waitingHeads } from '../../../ui/lists/waiting-table.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

export interface NeedlessProps {
  readonly layout: LayoutData
  readonly found: NeedlessRequests
  /** The page is the same for everybody: what only admins may do is offered to all. */
  readonly hasAdmins: boolean
}

const WHY = {
  obsolete: 'older than the version in the archive',
  repeated: 'repeats an earlier request',
} as const
const CRITERION = { obsolete: { obsolete: 1 }, repeated: { duplicates: 1 } } as const

/** Waiting requests that are no longer needed. */
export function NeedlessView({ layout, found, hasAdmins }: NeedlessProps) {
  const { obsolete, repeated, requests } = found
  const total = obsolete + repeated
  return Layout({
    layout,
    title: 'Needless requests',
    here: 'running',
    children: markup`
      <p class="crumbs"><a href="${links.running()}">Running</a></p>
      <h1>${counted(total, 'needless request')}</h1>
      ${
        total === 0
          ? Empty({
              children: `
                No waiting request has only triggers that are older than the versions in the archive, and none
                repeats an earlier one in its queue.
              `,
            })
          : markup`
            <p>
              ${count(obsolete)} have only triggers that are older than the versions in the archive; ${count(repeated)}
              repeat an earlier request in the same queue. Admins can remove them.
            </p>
            ${table(requests, hasAdmins)}
          `
      }
      ${
        requests.length < total &&
        markup`
          <p class="quiet">The first ${count(requests.length)} are listed, in the order of the queues.</p>
        `
      }
    `,
  })
}

function table(requests: readonly NeedlessRequest[], hasAdmins: boolean): Markup {
  return markup`
    <table class="readable queued">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Why</th>
          ${waitingHeads('needless')}
          ${hasAdmins ? markup`<th scope="col"><span class="for-readers">Links</span></th>` : NOTHING}
        </tr>
      </thead>\n
      <tbody>${requests.map(one => row(one, hasAdmins))}</tbody>
    </table>
  `
}

function row(one: NeedlessRequest, hasAdmins: boolean): Markup {
  const ways = hasAdmins
    ? markup`
      <td class="links"><a href="${links.queueRemoval(one, CRITERION[one.why])}">Remove (admins)</a></td>
    `
    : NOTHING
  return markup`
    <tr data-row>
      <td data-head="Package"><a href="${links.package({ package: one.package })}">${one.package}</a></td>
      <td data-head="Why">${WHY[one.why]}</td>
      ${waitingCells(one, 'needless')}
      ${ways}
    </tr>
  `
}
