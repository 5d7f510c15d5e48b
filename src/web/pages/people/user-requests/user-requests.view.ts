import type { RefusedRequest } from '../../../../backends/state/requests.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { FollowedRequest, RequestsOf } from '../../../../queries/requests/requests-of.ts'
import { links } from '../../../links.ts'
import type { RunAddress } from '../../../parameters/run-address.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { requestedWith } from '../../../ui/facts/request-params.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { Pagination } from '../../../ui/lists/pagination.view.ts'
import { type Markup, markup, NBSP, NOTHING } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'
import { progressMark } from '../../../ui/progress-mark.ts'

export interface UserRequestsProps {
  readonly layout: LayoutData
  readonly nick: string
  readonly isOwner: boolean
  readonly isFirst: boolean
  readonly found: RequestsOf
  readonly older: string | undefined
  /** Where a run that has ended is shown. */
  readonly addressOf: (request: FollowedRequest) => RunAddress | undefined
  /** What the button posts that withdraws a request, by uuid, where this reader may press one. */
  readonly withdrawals: ReadonlyMap<string, string | undefined>
}

/** The requests that a user made here, and their outcomes. */
export function UserRequestsView(props: UserRequestsProps) {
  const { layout, nick, isOwner, isFirst, found, older } = props
  return Layout({
    layout,
    title: `Requests made here by ${nick}`,
    children: markup`
      <p class="crumbs"><a href="${links.user({ nick })}">${nick}</a></p>
      <div data-live="running queued results">
        <h1>Requests made here by ${nick}</h1>
        ${isOwner && markup`<p class="quiet">Private and refused requests are shown only to you.</p>`}
        ${
          found.followed.length === 0
            ? Empty({
                children: isFirst
                  ? markup`
                    ${isOwner ? 'You have' : `${nick} has`} not requested a test on this site. Tests that others
                    queued for them are on their page.
                  `
                  : 'There are no more.',
              })
            : markup`<section data-included="true">${requestsTable(props)}</section>`
        }
        ${Pagination({ newest: isFirst ? undefined : links.userRequests({ nick }), older })}
        ${found.refusals.length > 0 && refusalsTable(found.refusals)}
      </div>
    `,
  })
}

function requestsTable({ found, addressOf, withdrawals }: UserRequestsProps): Markup {
  return markup`
    <table class="readable requests">
      <caption>Requested here, newest first</caption>\n
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Package</th>
          <th scope="col">Test</th>
          <th scope="col">Triggers</th>
          <th scope="col">Requested (UTC)</th>
          <th scope="col"><span class="for-readers">Links</span></th>
        </tr>
      </thead>\n
      <tbody>${found.followed.map(one => row(one, addressOf(one), withdrawals.get(one.request.uuid)))}</tbody>
    </table>
  `
}

function row(
  { request, asked, progress }: FollowedRequest,
  address: RunAddress | undefined,
  withdrawal: string | undefined,
): Markup {
  const place =
    progress.state === 'queued' && progress.position !== undefined
      ? markup`${NBSP}<span class="quiet">#${count(progress.position)}</span>`
      : NOTHING
  const mark =
    progress.state === 'finished' && address !== undefined && progress.found.exitcode !== undefined
      ? verdictLink(verdictOf(progress.found.exitcode), address.run)
      : progressMark(progress)
  const name = asked.isPrivate
    ? markup`${request.package} <span class="extras">private</span>`
    : markup`<a href="${links.package({ package: request.package })}">${request.package}</a>`
  const log = address === undefined ? NOTHING : markup` <a href="${address.log}">log</a>`
  const button =
    withdrawal === undefined
      ? NOTHING
      : markup` <form action="${links.withdrawal({ uuid: request.uuid })}" method="post">
          <input type="hidden" name="confirm" value="${withdrawal}">
          <button type="submit">Withdraw</button>
        </form>
      `
  const why = progress.state === 'failed' || progress.state === 'removed' ? progress.reason : undefined
  const reason = why === undefined ? NOTHING : markup`<span class="extras">${wrapping(why)}</span>`
  return markup`
    <tr data-row data-key="${request.uuid}">
      <td class="id">${mark}${place}</td>
      <td data-head="Package">${name}</td>
      <td data-head="Test">${request.release}/${request.arch}</td>
      <td data-head="Triggers">${requestedWith(asked.params)}${reason}</td>
      <td data-head="Requested">${timeElement(request.submitted.getTime())}</td>
      <td class="links">
        <a href="${links.requestProgress({ uuid: request.uuid })}">details</a>
        ${log}
        ${button}
      </td>
    </tr>\n
  `
}

function refusalsTable(refusals: readonly RefusedRequest[]): Markup {
  return markup`
    <h2>Refused</h2>
    <table class="readable">
      <caption>The newest requests that were refused</caption>\n
      <thead>
        <tr><th scope="col">Why</th><th scope="col">Asked for</th><th scope="col">When (UTC)</th></tr>
      </thead>\n
      <tbody>${refusals.map(
        ({ reason, asked, at }) =>
          markup`
            <tr data-row>
              <td data-head="Why">${wrapping(reason)}</td>
              <td data-head="Asked for">${[...new URLSearchParams(asked)].map(
                ([name, value]) => markup`<span class="extras">${wrapping(`${name}=${value}`)}</span> `,
              )}</td>
              <td data-head="When">${timeElement(at.getTime())}</td>
            </tr>\n
          `,
      )}</tbody>
    </table>
  `
}
